import { affine, type IntegerFormat } from "../../quantizers/index.js";
import { tf } from "../../tensorflow/index.js";
import { Histogram } from "../histogram/histogram.js";
import type { Samples } from "../histogram/samples.js";
import { type CalibrationRecord, notes } from "./record.js";

/** How many bins the histogram has, enough to find shares of values: 16 kB a tensor. */
const bins = 1024;
/**
 * The share of clipped values, in percent, from which a report notes it; methods choose to clip smaller shares.
 */
const manyClipped = 25;
/** The share of values that are called rare; the others are called common. */
const rare = 1e-4;
/** Where common values have less than this share of a range, three bits are lost to the rare ones. */
const narrow = 1 / 8;

/**
 * @internal
 * Collects the record of one tensor, in bounded memory, while an observer sees the tensor's values.
 */
export class Collector {
  readonly #histogram: Histogram;
  /** Whether the observer fills the histogram. */
  readonly #shared: boolean;
  #largest: Float32Array | undefined;

  /** @param histogram the observer's histogram, if it has one, which then serves both; default: a new one */
  constructor(histogram?: Histogram) {
    this.#shared = histogram !== undefined;
    this.#histogram = histogram ?? new Histogram(bins);
  }

  /** Takes values into account. @throws RangeError if a value is NaN or infinite */
  observe(x: tf.Tensor): void {
    if (x.size === 0) return;
    if (!this.#shared) this.#histogram.add(x);
    const channels = x.rank < 2 ? 1 : x.shape.at(-1)!;
    const largest = tf.tidy(() => tf.max(tf.abs(tf.reshape(x, [-1, channels])), 0).dataSync());
    const before = this.#largest;
    this.#largest =
      before?.length === channels
        ? before.map((size, i) => Math.max(size, largest[i]!))
        : Float32Array.from(largest);
  }

  /** The record, without names. */
  record(
    range: { min: number; max: number },
    format: IntegerFormat,
  ): Omit<CalibrationRecord, "layer" | "tensor"> {
    const samples = this.#histogram.samples();
    const { min, max } = affine(format, range);
    const share = (is: (value: number) => boolean) =>
      (100 * countOf(samples, is)) / countOf(samples);
    const clipped = share((value) => value < min[0]! || value > max[0]!);
    const sizes = this.#largest ?? new Float32Array();
    return {
      smallest: samples.min,
      largest: samples.max,
      ...range,
      zeros: share((value) => value === 0),
      clipped,
      channels: sizes.length,
      dead: sizes.filter((size) => size === 0).length,
      note: noteOf(samples, range, clipped),
    };
  }
}

function noteOf(samples: Samples, range: { min: number; max: number }, clipped: number): string {
  if (samples.min === 0 && samples.max === 0) return notes.zero;
  if (samples.min === samples.max) return "constant";
  if (clipped > manyClipped) return notes.clipped;
  const common = commonReach(samples);
  const reach = Math.max(-range.min, range.max);
  return common > 0 && common < narrow * reach ? notes.stretched : "";
}

/** The size that all values but the rare ones stay below; zeros don't count. */
function commonReach({ values, counts }: Samples): number {
  const sizes = Array.from(values, (value, i) => [Math.abs(value), counts![i]!] as const)
    .filter(([size]) => size > 0)
    .sort(([a], [b]) => b - a);
  const total = sizes.reduce((sum, [, count]) => sum + count, 0);
  let above = 0;
  for (const [size, count] of sizes) {
    above += count;
    if (above > rare * total) return size;
  }
  return 0;
}

function countOf({ values, counts }: Samples, is: (value: number) => boolean = () => true): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (is(values[i]!)) count += counts![i]!;
  return count;
}
