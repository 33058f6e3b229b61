import { tf } from "../tf.js";

/** What is patched of tfjs while a function runs. */
interface Engine {
  trackTensor(...args: unknown[]): void;
  state: { numBytes: number };
}

/**
 * @internal
 * The most bytes of tensors that are held at once while a function runs, beyond those held before. What TensorFlow
 * holds inside of a compiled graph isn't seen.
 */
export async function peakBytes(run: () => Promise<unknown>): Promise<number> {
  const engine = tf.engine() as unknown as Engine;
  const { trackTensor, state } = engine;
  const before = state.numBytes;
  let peak = before;
  engine.trackTensor = (...args) => {
    trackTensor.apply(engine, args);
    peak = Math.max(peak, state.numBytes);
  };
  try {
    await run();
  } finally {
    delete (engine as Partial<Engine>).trackTensor;
  }
  return peak - before;
}
