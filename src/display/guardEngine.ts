import type { Guard } from "./host.js";

/** The part of TensorFlow.js' engine that stopped code leaves open. */
interface Engine {
  state: {
    scopeStack: unknown[];
    numDataMovesStack: unknown[];
    activeTape?: unknown;
    gradientDepth: number;
    kernelDepth: number;
    profiling: boolean;
  };
  endScope(): void;
}

/**
 * @internal
 * Guards the engine of TensorFlow.js, whoever has loaded it: closes the scopes that a stopped cell was in, which frees
 * their tensors, and counts nested gradients and kernels as before. Otherwise every later tensor would belong to
 * a scope that never ends.
 */
export const guardEngine: Guard = () => {
  const before = stateOf(engine());
  return () => {
    const stopped = engine();
    if (stopped === undefined) return;
    const { state } = stopped;
    const { scopes, moves, ...counts } = before;
    while (state.scopeStack.length > scopes) stopped.endScope();
    state.numDataMovesStack.length = moves;
    Object.assign(state, counts);
  };
};

function stateOf(engine: Engine | undefined) {
  const state: Partial<Engine["state"]> = engine?.state ?? {};
  return {
    scopes: state.scopeStack?.length ?? 0,
    moves: state.numDataMovesStack?.length ?? 0,
    activeTape: state.activeTape ?? null,
    gradientDepth: state.gradientDepth ?? 0,
    kernelDepth: state.kernelDepth ?? 0,
    profiling: state.profiling ?? false,
  };
}

/** All copies of TensorFlow.js share one engine. */
function engine(): Engine | undefined {
  return (globalThis as { _tfengine?: Engine })._tfengine;
}
