import { checkOptions } from "../../arguments/index.js";
import { arrayKernels } from "../../tensorflow/index.js";
import { ends } from "../methods/ends.js";
import type { Samples } from "./samples.js";
import { portions, type Values } from "./values.js";

/** Options of {@link Histogram.samples}. */
export interface SamplesOptions {
  /** A power of two, at least 4: bins are merged until so many are left. Default: none are merged. */
  bins?: number;
}

/**
 * Counts values in bins of equal width around 0. When a value lies outside, the bins are merged in
 * pairs, so that they reach twice as far: no value is lost or moved, memory stays as it is (16 bytes a
 * bin), and the order of the values doesn't matter. Zeros are counted apart.
 *
 * @example
 * const histogram = q.calibration.histogram();
 * histogram.add([0.1, 0.1, 7]);
 * histogram.samples().counts; // Float64Array(2) [ 2, 1 ]
 */
export class Histogram {
  private readonly counts: Float64Array;
  /**
   * The sum of each bin's values. It gives their mean, which stands for them better than the middle of the bin.
   */
  private readonly sums: Float64Array;
  /** All values lie between −reach and reach; a power of two, so that every histogram has the same edges. */
  private reach = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;
  private zeros = 0;
  private total = 0;

  /**
   * @param bins how many, a power of two (default 16384: at least 4096 between 0 and the largest value)
   * @throws RangeError if `bins` is invalid
   */
  constructor(bins = 16384) {
    if (!isPowerOfTwo(bins)) {
      throw new RangeError(`invalid bins: ${bins} (expected a power of two, at least 4)`);
    }
    this.counts = new Float64Array(bins);
    this.sums = new Float64Array(bins);
  }

  /** How many values were counted. */
  get size(): number {
    return this.total;
  }

  /**
   * Counts values.
   *
   * @param values a list, or a tensor
   * @throws RangeError if a value is NaN or infinite, TypeError if `values` holds no numbers
   * @example
   * const histogram = q.calibration.histogram();
   * histogram.add(q.tf.tensor([1, 2, 2]));
   * histogram.size; // 3
   */
  add(values: Values): void {
    for (const { portion, start } of portions(values)) {
      const { min, max, zeros } = ends(portion, start);
      this.min = Math.min(this.min, min);
      this.max = Math.max(this.max, max);
      this.total += portion.length;
      this.zeros += zeros;
      if (zeros === portion.length) continue;
      this.grow(Math.max(-min, max));
      const kernels = portion instanceof Float32Array ? arrayKernels() : undefined;
      if (kernels) kernels.tally(portion as Float32Array, this.counts, this.sums, this.reach);
      else tally(portion, this.counts, this.sums, this.reach);
      this.counts[this.counts.length / 2]! -= zeros;
    }
  }

  /**
   * The bins that aren't empty, each by the mean of its values.
   *
   * @example
   * const histogram = q.calibration.histogram();
   * histogram.add([0, 0.1, 0.1, 7]);
   * histogram.samples().min; // 0
   */
  samples(options: SamplesOptions = {}): Samples {
    checkOptions<SamplesOptions>("Histogram.samples", options, { bins: true });
    const { bins = this.counts.length } = options;
    const values: number[] = [];
    const counts: number[] = [];
    const push = (value: number, count: number) => {
      if (count === 0) return;
      values.push(value);
      counts.push(count);
    };
    if (!isPowerOfTwo(bins)) {
      throw new RangeError(`invalid bins: ${bins} (expected a power of two, at least 4)`);
    }
    const half = this.counts.length / 2;
    const width = Math.max(1, this.counts.length / bins);
    for (let first = 0; first < this.counts.length; first += width) {
      if (first === half) push(0, this.zeros);
      let [count, sum] = [0, 0];
      for (let bin = first; bin < first + width; bin++) {
        count += this.counts[bin]!;
        sum += this.sums[bin]!;
      }
      push(sum / count, count);
    }
    return {
      values: Float64Array.from(values),
      counts: Float64Array.from(counts),
      min: this.min,
      max: this.max,
      bins: this.counts.length / width,
    };
  }

  private grow(size: number): void {
    if (this.reach === 0) this.reach = 2 ** Math.floor(Math.log2(size) + 1);
    while (this.reach <= size) {
      mergePairs(this.counts);
      mergePairs(this.sums);
      this.reach *= 2;
    }
  }
}

function isPowerOfTwo(bins: number): boolean {
  return bins >= 4 && Number.isInteger(Math.log2(bins));
}

/**
 * Counts values between −reach and reach, and adds them up, each in its bin. It counts four values at a time,
 * none of which waits for the bin of the one before: that takes two thirds of the time.
 */
function tally(
  values: ArrayLike<number>,
  counts: Float64Array,
  sums: Float64Array,
  reach: number,
): void {
  const half = counts.length / 2;
  const perUnit = half / reach;
  const fours = values instanceof Float32Array ? values.length - (values.length % 4) : 0;
  for (let i = 0; i < fours; i += 4) {
    const a = values[i]!;
    const b = values[i + 1]!;
    const c = values[i + 2]!;
    const d = values[i + 3]!;
    const binA = (a * perUnit + half) | 0;
    const binB = (b * perUnit + half) | 0;
    const binC = (c * perUnit + half) | 0;
    const binD = (d * perUnit + half) | 0;
    counts[binA]! += 1;
    sums[binA]! += a;
    counts[binB]! += 1;
    sums[binB]! += b;
    counts[binC]! += 1;
    sums[binC]! += c;
    counts[binD]! += 1;
    sums[binD]! += d;
  }
  for (let i = fours; i < values.length; i++) {
    const value = values[i]!;
    // A float64 just below reach may round up to it.
    const bin = Math.min(counts.length - 1, Math.floor(value * perUnit + half));
    counts[bin]! += 1;
    sums[bin]! += value;
  }
}

/** Adds neighbours up and moves them to the middle half. */
function mergePairs(bins: Float64Array): void {
  const half = bins.length / 2;
  const merged = Float64Array.from({ length: half }, (_, i) => bins[2 * i]! + bins[2 * i + 1]!);
  bins.fill(0);
  bins.set(merged, half / 2);
}

/**
 * A new {@link Histogram}, without values.
 *
 * @param bins how many, a power of two; the default has at least 4096 between 0 and the largest value
 * @throws RangeError if `bins` isn't a power of two
 * @example
 * const histogram = q.calibration.histogram();
 * histogram.add([0.5, -0.5]);
 * histogram.size; // 2
 */
export function histogram(bins = 16384): Histogram {
  return new Histogram(bins);
}
