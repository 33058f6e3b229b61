import { tf } from "../tensorflow/index.js";
import { floats, scalesIn } from "./fakeQuantize.js";
import { codecOf, type Format } from "./format.js";
import { arrange } from "./formats/granularity.js";
import type { RangeTensors, ValueRange } from "./grid/range.js";
import { rangeTensors, type Scales } from "./grid/scales.js";

/** @internal The codes of a tensor, with the scales and zero points that they are relative to. */
export interface Encoded {
  values: Int32Array;
  shape: number[];
  /** One scale, or one for each column. */
  scale: Float32Array;
  /** The zero points of affine integers. */
  zeroPoint: Int32Array | undefined;
}

/**
 * @internal
 * Encodes a tensor, and waits for the result.
 *
 * @throws RangeError if a value is NaN and the format has no code for NaN
 */
export function encodeTensor(
  x: tf.Tensor | tf.TensorLike,
  format: Format,
  range: ValueRange | RangeTensors | Scales | undefined,
): Encoded {
  return tf.tidy(() => {
    const input = floats(x);
    if (!hasNaN(format)) refuseNaN(input);
    const ranges = range === undefined ? undefined : rangeTensors(range, format);
    const { rows, columns, restore } = arrange(input, format, scalesIn(ranges));
    const codec = codecOf(format);
    const parameters = codec.parameters(rows, columns, format, ranges);
    const codes = restore(codec.encode(rows, parameters, format));
    const { scale, zeroPoint } = parameters;
    return {
      values: Int32Array.from(codes.dataSync()),
      shape: input.shape,
      scale: Float32Array.from(scale.dataSync()),
      zeroPoint: zeroPoint && Int32Array.from(zeroPoint.dataSync()),
    };
  });
}

/** Whether a format has a code for NaN. In an MX format, the scale of a block can be NaN. */
function hasNaN(format: Format): boolean {
  return format.kind === "mx" || (format.kind === "float" && format.specials !== "none");
}

function refuseNaN(x: tf.Tensor): void {
  const nan = x.dataSync().findIndex(Number.isNaN);
  if (nan < 0) return;
  throw new RangeError(`invalid values: NaN at index ${nan} (expected numbers; NaN has no code)`);
}
