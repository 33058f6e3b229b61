import { tf } from "../../tensorflow/index.js";

/**
 * @internal
 * Holds weights at a code once they oscillate more often than a threshold. The code is the rounded moving
 * average of a weight's codes. Nagel et al. 2022, arXiv:2203.11086, section 4.3 and algorithm 1, in the order
 * of the authors' own program.
 */
export class Freezing {
  readonly #momentum: number;
  /** Moving average of the codes, `[weights]`. */
  readonly #average: tf.Variable;
  /** 1 for each weight that is frozen, else 0. */
  readonly #frozen: tf.Variable;
  /** The code at which a weight is frozen. */
  readonly #held: tf.Variable;
  readonly #threshold = tf.variable(tf.scalar(Number.POSITIVE_INFINITY), false);

  constructor(codes: tf.Tensor, momentum: number) {
    this.#momentum = momentum;
    this.#average = tf.tidy(() => tf.variable(codes, false));
    this.#frozen = tf.tidy(() => tf.variable(tf.zerosLike(codes), false));
    this.#held = tf.tidy(() => tf.variable(codes, false));
  }

  /** Sets the frequency above which weights freeze; with 0, no weight freezes. */
  setThreshold(threshold: number): void {
    tf.tidy(() => this.#threshold.assign(tf.scalar(threshold || Number.POSITIVE_INFINITY)));
  }

  /** The codes, with each frozen weight's code replaced by the code at which the weight is held. */
  hold(codes: tf.Tensor): tf.Tensor {
    return tf.where(tf.cast(this.#frozen, "bool"), this.#held, codes);
  }

  /** Freezes the weights that oscillate too often. */
  update(codes: tf.Tensor, frequency: tf.Tensor): void {
    const over = tf.greater(frequency, this.#threshold);
    this.#held.assign(tf.where(over, tf.round(this.#average), this.#held));
    this.#frozen.assign(tf.maximum(this.#frozen, tf.cast(over, "float32")));
    const m = this.#momentum;
    this.#average.assign(tf.add(tf.mul(codes, m), tf.mul(this.#average, 1 - m)));
  }

  /** 1 for each weight that is frozen, else 0; shape `[weights]`. */
  get frozen(): tf.Tensor {
    return this.#frozen;
  }

  /** The variables to save. The threshold isn't among them, since it follows from the step. */
  variables(): tf.Variable[] {
    return [this.#average, this.#frozen, this.#held];
  }

  dispose(): void {
    tf.dispose([this.#threshold, ...this.variables()]);
  }
}
