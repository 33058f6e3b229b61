import { ends, type Samples } from "./samples.js";

/**
 * Counts values in bins of equal width around 0. When a value lies outside, the bins are merged in
 * pairs, so that they reach twice as far: no value is lost or moved, memory stays as it is, and the
 * order of the values doesn't matter.
 *
 * @example
 * const histogram = new Histogram();
 * histogram.add([0.1, 0.1, 7]);
 * histogram.samples(); // { values: [ 0.1, 7 ], counts: [ 2, 1 ], min: 0.1, max: 7 }
 */
export class Histogram {
  private readonly counts: Float64Array;
  /** The sum of each bin's values: its mean stands for them, which is better than its middle. */
  private readonly sums: Float64Array;
  /** The bins cover −reach to reach; a power of two, so that every histogram has the same edges. */
  private reach = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;

  /** @param bins how many, divisible by 4 (default 16384: at least 4096 between 0 and the largest value) */
  constructor(bins = 16384) {
    if (!Number.isInteger(bins) || bins < 4 || bins % 4 !== 0) {
      throw new RangeError(`invalid bins: ${bins} (expected a multiple of 4)`);
    }
    this.counts = new Float64Array(bins);
    this.sums = new Float64Array(bins);
  }

  /** Counts finite values. */
  add(values: ArrayLike<number>): void {
    if (values.length === 0) return;
    const { min, max } = ends(values);
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
    this.grow(Math.max(-min, max));
    const { counts, sums } = this;
    const last = counts.length - 1;
    const perUnit = counts.length / 2 / this.reach;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const bin = Math.min(last, Math.floor((value + this.reach) * perUnit));
      counts[bin]! += 1;
      sums[bin]! += value;
    }
  }

  /** The bins that aren't empty, each by the mean of its values. */
  samples(): Samples {
    const full = Array.from(this.counts.keys()).filter((bin) => this.counts[bin]! > 0);
    return {
      values: Float64Array.from(full, (bin) => this.sums[bin]! / this.counts[bin]!),
      counts: Float64Array.from(full, (bin) => this.counts[bin]!),
      min: this.min,
      max: this.max,
    };
  }

  private grow(size: number): void {
    // Zeros alone don't say how far values reach: they start at float32's smallest number.
    if (this.reach === 0) this.reach = 2 ** Math.max(-149, Math.ceil(Math.log2(size)));
    while (this.reach < size) {
      mergePairs(this.counts);
      mergePairs(this.sums);
      this.reach *= 2;
    }
  }
}

/** Adds neighbours up and moves them to the middle half. */
function mergePairs(bins: Float64Array): void {
  const half = bins.length / 2;
  const merged = Float64Array.from({ length: half }, (_, i) => bins[2 * i]! + bins[2 * i + 1]!);
  bins.fill(0);
  bins.set(merged, half / 2);
}
