import { coveringRange, type IntegerFormat, symmetricRange } from "../../quantizers/index.js";
import type { Samples } from "../histogram/samples.js";
import type { Finder } from "./finder.js";
import { squaredError } from "./search.js";

type Ends = ReturnType<Finder>;

/** Sizes of values (their distances from the middle), with how often each occurred; none is 0. */
export interface Sizes {
  values: Float64Array;
  counts: Float64Array;
}

/**
 * @internal
 * The range between −α and α, where a method has a formula for the threshold α of a distribution
 * around 0 and a step of Δ = 2α / 2^bits.
 *
 * Where the format has a zero point: values of one sign are taken for one half of such a distribution, for
 * which the codes reach twice as far; for values of both signs, the middle is their mean. Zeros have a code of
 * their own and don't count.
 */
export function thresholdRange(thresholdOf: (sizes: Sizes, bits: number) => number): Finder {
  return (samples, format) => {
    const { min, max } = samples;
    if (format.symmetric) {
      const threshold = thresholdOf(sizes(samples, 0), format.bits);
      return symmetricBest(threshold, samples, format);
    }
    const half = min >= 0 || max <= 0;
    const middle = half ? 0 : mean(samples);
    const threshold = thresholdOf(sizes(samples, middle), format.bits + (half ? 1 : 0));
    const low = Math.max(min, middle - threshold);
    const high = Math.min(max, middle + threshold);
    return coveringRange(format, { min: Math.min(0, low), max: Math.max(0, high) });
  };
}

/**
 * A symmetric format in full range has one code more below 0 than above: either its smallest code stands for
 * −α, with the step 2α / 2^bits, or its largest code stands for α. The result is the range of the two with the
 * smaller error; neither range is wider than the values need.
 */
function symmetricBest(threshold: number, samples: Samples, format: IntegerFormat) {
  const widest = coveringRange(format, samples).min / format.smallest;
  const [below, above] = [-format.smallest, format.largest].map((code) =>
    symmetricRange(Math.min(threshold / code, widest), format),
  ) as [Ends, Ends];
  const errorOf = (range: Ends) => squaredError(samples, format, range);
  return errorOf(below) <= errorOf(above) ? below : above;
}

function sizes(samples: Samples, middle: number): Sizes {
  const nonzero: Sizes = {
    values: new Float64Array(samples.values.length),
    counts: new Float64Array(samples.values.length),
  };
  let length = 0;
  eachNonzero(samples, (value, count) => {
    nonzero.values[length] = Math.abs(value - middle);
    nonzero.counts[length] = count;
    length++;
  });
  return { values: nonzero.values.subarray(0, length), counts: nonzero.counts.subarray(0, length) };
}

function mean(samples: Samples): number {
  let [sum, total] = [0, 0];
  eachNonzero(samples, (value, count) => {
    sum += count * value;
    total += count;
  });
  return total > 0 ? sum / total : 0;
}

function eachNonzero(
  { values, counts }: Samples,
  take: (value: number, count: number) => void,
): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0) take(values[i]!, counts ? counts[i]! : 1);
  }
}
