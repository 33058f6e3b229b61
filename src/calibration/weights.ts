import type { IntegerFormat } from "../quantizers/index.js";
import { ends } from "./ends.js";
import { Histogram } from "./histogram.js";
import { methodNamed } from "./methods.js";
import { type CalibrationMethod, named, observer } from "./observer.js";
import type { Samples } from "./samples.js";

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
  const find = finderOf(method, format);
  const ranges = Array.from({ length: groups }, (_, group) =>
    find(
      Float32Array.from({ length: values.length / groups }, (_, i) => values[i * groups + group]!),
    ),
  );
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
    const own = observer(method);
    own.observe(values);
    return own.range(format);
  };
}

/** All values, where they aren't too many; else their histogram. */
function samplesOf(values: Float32Array): Samples {
  if (values.length <= most) {
    const { min, max } = ends(values);
    return { values: values.sort(), min, max };
  }
  const histogram = new Histogram();
  histogram.add(values);
  return histogram.samples();
}
