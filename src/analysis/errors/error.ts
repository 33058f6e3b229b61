import { tf } from "../../tensorflow/index.js";

/** @internal The errors of values against reference values; sums are added in float64. */
export class ErrorSums {
  #count = 0;
  #reference = 0;
  #values = 0;
  #product = 0;
  #error = 0;
  #clipped = 0;

  /** @param clipped the number of reference values outside the range */
  add(reference: tf.Tensor, values: tf.Tensor, clipped: number): void {
    const sums = tf.tidy(() => {
      const error = tf.sub(values, reference);
      return tf
        .stack([
          tf.square(reference).sum(),
          tf.square(values).sum(),
          tf.mul(reference, values).sum(),
          tf.square(error).sum(),
        ])
        .dataSync();
    });
    this.#count += reference.size;
    this.#reference += sums[0]!;
    this.#values += sums[1]!;
    this.#product += sums[2]!;
    this.#error += sums[3]!;
    this.#clipped += clipped;
  }

  /** Signal power over error power, in decibels; ∞ if there is no error. */
  get sqnr(): number {
    return 10 * Math.log10(this.#reference / this.#error);
  }

  get mse(): number {
    return this.#error / this.#count;
  }

  /** The cosine of the angle between values and reference; 1 if both point in the same direction. */
  get cosine(): number {
    return this.#product / Math.sqrt(this.#reference * this.#values);
  }

  /** The share of clipped values, from 0 to 1. */
  get clipped(): number {
    return this.#clipped / this.#count;
  }
}
