import { tf } from "../../tensorflow/index.js";

/** @internal The codes of the last steps, in a variable that a compiled step updates. */
export class Recording {
  readonly length: number;
  /** The codes, of shape `[weights, length]`. The column of a step is the step's number modulo the length. */
  readonly #codes: tf.Variable;

  /**
   * @param codes the codes of all weights, of shape `[weights]`
   * @param length the number of steps that are kept
   */
  constructor(codes: tf.Tensor, length: number) {
    this.length = length;
    this.#codes = tf.tidy(() => tf.variable(tf.zeros([codes.size, length]), false));
  }

  /** Records the codes after a step; `step` is a scalar from 0. */
  update(codes: tf.Tensor, step: tf.Tensor): void {
    const column = tf.mod(step, this.length);
    const here = tf.cast(tf.equal(tf.range(0, this.length), column), "float32");
    const kept = tf.mul(this.#codes, tf.sub(1, here));
    this.#codes.assign(tf.add(kept, tf.mul(tf.expandDims(codes, 1), here)));
  }

  /*   * Reads the codes, and waits for their values.
   *
   * @returns for each of `weights` its codes, oldest first
   */
  read(weights: readonly number[], steps: number): number[][] {
    const values = this.#codes.dataSync();
    const count = Math.min(steps, this.length);
    return weights.map((weight) =>
      Array.from({ length: count }, (_, i) => {
        const column = (steps - count + i) % this.length;
        return values[weight * this.length + column]! + 0; // turns −0, which rounding gives too, into 0
      }),
    );
  }

  variables(): tf.Variable[] {
    return [this.#codes];
  }

  dispose(): void {
    this.#codes.dispose();
  }
}
