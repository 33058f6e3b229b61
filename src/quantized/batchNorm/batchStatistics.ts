import { tf } from "../../tensorflow/index.js";

/** @internal Mean and variance of each channel over batches, merged in float64 (Chan et al. 1983, equation 2.1). */
export class ChannelStatistics {
  #count = 0;
  #means: Float64Array | undefined;
  /** Sums of squared distances from the mean. */
  #squares: Float64Array | undefined;

  /** @param values channels last */
  add(values: tf.Tensor): void {
    const channels = values.shape.at(-1)!;
    const count = values.size / channels;
    const [means, variances] = tf.tidy(() => {
      const { mean, variance } = tf.moments(values, [...values.shape.keys()].slice(0, -1));
      return [mean.dataSync(), variance.dataSync()] as never;
    }) as unknown as [Float32Array, Float32Array];
    this.#means ??= new Float64Array(channels);
    this.#squares ??= new Float64Array(channels);
    const all = this.#count + count;
    for (let c = 0; c < channels; c++) {
      const difference = means[c]! - this.#means[c]!;
      this.#means[c]! += (difference * count) / all;
      this.#squares[c]! += variances[c]! * count + difference ** 2 * ((this.#count * count) / all);
    }
    this.#count = all;
  }

  /** float32 `[channels]`; the caller disposes it. */
  mean(): tf.Tensor {
    return tf.tensor1d(Float32Array.from(this.#means!));
  }

  /** The variance of all values: the sum of squares divided by their number. */
  variance(): tf.Tensor {
    return tf.tensor1d(Float32Array.from(this.#squares!, (sum) => sum / this.#count));
  }
}
