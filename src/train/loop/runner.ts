import { compile, eagerTwin, runEagerly, type tf } from "../../tensorflow/index.js";
import type { FitOptions } from "../options/options.js";
import type { Measurement } from "./step.js";

/** @internal A training's steps, as native calls or as they are. */
export interface Runner {
  run: Measurement;
  /** Runs a step as it is, without counting it. */
  runOnce: Measurement;
  /** Runs a function as it is, with the random numbers of the next step. */
  eagerly<T>(fn: () => T): T;
  /** The number of steps taken, which decides the random draws of the next step. */
  count: number;
  /** Whether reading the variables and writing them back leaves the next steps unchanged. */
  readonly exact: boolean;
  /** How often {@link run} was called for each batch size since the layers' modes last changed, up to 3. */
  readonly calls: Record<number, number>;
  dispose(): void;
}

/** The number of steps from which a graph saves more time than its making takes. */
const worthCompiling = 20;

/**
 * The number of epochs from which the last, smaller batch gets a graph of its own: a network for digits saves 10
 * to 15 ms in each of its calls but two, and making the graph takes 0.07 s, or nothing where it is there already.
 */
const worthTail = 8;

/** The call of a shape at which its graph is made, counted from 1. The first call may make an optimizer's slots. */
const tracing = 3;

/**
 * @internal
 * A step as one native call, or as it is, with the same random numbers. When a layer's mode changes, the next
 * step is another graph.
 *
 * @param options `steps` and `epochs`, of the whole training; `tail`, the size of an epoch's last batch if it is
 *   smaller than the others; `compile`, `rewrite` and `seed` as in {@link fit}
 * @throws TypeError if `compile` or `rewrite` is neither true nor false
 */
export function makeRunner(
  model: tf.LayersModel,
  step: Measurement,
  {
    steps,
    epochs,
    tail = 0,
    compile: compiled = true,
    rewrite = true,
    seed = 0,
  }: Pick<FitOptions, "compile" | "rewrite" | "seed"> & {
    steps: number;
    epochs: number;
    tail?: number;
  },
): Runner {
  for (const [name, value] of Object.entries({ compile: compiled, rewrite })) {
    if (typeof value === "boolean") continue;
    throw new TypeError(`invalid ${name}: ${value} (expected true or false)`);
  }
  // States that go on from batch to batch aren't part of a graph.
  const compiles = compiled && steps >= worthCompiling && !model.stateful;
  const keyed = (inputs: tf.Tensor[], targets: tf.Tensor[], _modes: string) =>
    step(inputs, targets);
  const options = { seed, step: () => runner.count };
  const eager = eagerTwin(keyed, options);
  const taken = compiles ? compile(keyed, { rewrite, ...options }) : eager;
  const of = (size: number) => (size === tail && epochs < worthTail ? eager : taken);
  let modes = modesOf(model);
  let calls: Record<number, number> = {};
  const runner: Runner = {
    count: 0,
    exact: !compiles || !rewrite,
    get calls() {
      return modesOf(model) === modes ? calls : {};
    },
    run(inputs, targets) {
      const now = modesOf(model);
      if (now !== modes) calls = {};
      modes = now;
      const size = inputs[0]!.shape[0];
      calls[size] = Math.min((calls[size] ?? 0) + 1, tracing);
      runner.count++;
      return of(size)(inputs, targets, modes);
    },
    runOnce: (inputs, targets) => runner.eagerly(() => step(inputs, targets)),
    eagerly: (fn) => runEagerly(fn, { seed, step: runner.count + 1 }),
    dispose: () => taken.dispose(),
  };
  return runner;
}

/** The modes of layers whose mode decides which ops they run, as a text. */
function modesOf(model: tf.LayersModel): string {
  return model.layers.map((layer) => (layer as { traceKey?: string }).traceKey ?? "").join();
}
