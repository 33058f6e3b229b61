import { tf } from "../tf.js";

/** The part of tfjs that is patched while a function runs. */
interface Engine {
  trackTensor(...args: unknown[]): void;
  state: { numBytes: number };
}

/**
 * @internal
 * The most bytes of tensors that are held at once while a function runs, beyond those held before. Memory that
 * TensorFlow holds inside of a compiled graph isn't counted.
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
