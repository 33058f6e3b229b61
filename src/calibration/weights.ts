import type { IntegerFormat } from "../quantizers/index.js";
import { Histogram } from "./histogram/histogram.js";
import type { Samples } from "./histogram/samples.js";
import { ends } from "./methods/ends.js";
import { methodNamed } from "./methods/table.js";
import { type CalibrationMethod, named, observer } from "./observer.js";

/** The largest number of values that are searched one by one; more are searched through their histogram. */
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
): WeightRange {
  const search = weightRanges(values, channels, format, method);
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}

/** The ends of ranges. */
export interface WeightRange {
  min: Float32Array;
  max: Float32Array;
}

/**
 * @internal
 * The ranges of {@link weightRange}, found with a stop after each channel, so that a search of thousands of
 * channels can be interrupted.
 */
export function* weightRanges(
  values: ArrayLike<number>,
  channels: number,
  format: IntegerFormat,
  method: CalibrationMethod,
): Generator<void, WeightRange, void> {
  const groups = format.per === "channel" ? channels : 1;
  const find = finderOf(method, format);
  const ranges: { min: number; max: number }[] = [];
  for (let group = 0; group < groups; group++) {
    const length = values.length / groups;
    ranges.push(find(Float32Array.from({ length }, (_, i) => values[i * groups + group]!)));
    yield;
  }
  return {
    min: Float32Array.from(ranges, (range) => range.min),
    max: Float32Array.from(ranges, (range) => range.max),
  };
}

function finderOf(method: CalibrationMethod, format: IntegerFormat) {
  if (typeof method !== "function") {
    const { find } = methodNamed(named(method));
    return (values: Float32Array) => find(samplesOf(values), format);
  }
  return (values: Float32Array) => {
    const fresh = observer(method);
    fresh.observe(values);
    return fresh.range(format);
  };
}

/** All values, or, if there are too many, their histogram. */
function samplesOf(values: Float32Array): Samples {
  if (values.length <= most) {
    const { min, max } = ends(values);
    return { values: values.sort(), min, max };
  }
  const histogram = new Histogram();
  histogram.add(values);
  return histogram.samples();
}
