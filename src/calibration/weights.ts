import { coveringRange, type IntegerFormat } from "../quantizers/index.js";
import { Histogram } from "./histogram.js";
import type { CalibrationMethod } from "./observer.js";
import { ends, type Samples } from "./samples.js";
import { leastSquaresRange } from "./search.js";

/** More values than this are searched through their histogram. */
const most = 16384;

/**
 * @internal
 * The range of a kernel, or one for each of its channels.
 *
 * @param values the kernel, its channels last
 * @param channels how many channels it has
 * @returns arrays of one entry per tensor, of `channels` entries per channel
 */
export function weightRange(
  values: ArrayLike<number>,
  channels: number,
  format: IntegerFormat,
  method: CalibrationMethod,
): { min: Float32Array; max: Float32Array } {
  const groups = format.per === "channel" ? channels : 1;
  const ranges = Array.from({ length: groups }, (_, group) => {
    const own = Float32Array.from(
      { length: values.length / groups },
      (_, i) => values[i * groups + group]!,
    );
    const { min, max } = ends(own);
    if (method === "minmax") return coveringRange(min, max, format);
    return leastSquaresRange(samplesOf(own, min, max), format);
  });
  return {
    min: Float32Array.from(ranges, (range) => range.min),
    max: Float32Array.from(ranges, (range) => range.max),
  };
}

function samplesOf(values: Float32Array, min: number, max: number): Samples {
  if (values.length <= most) return { values, min, max };
  const histogram = new Histogram();
  histogram.add(values);
  return histogram.samples();
}
