import { tf } from "../tensorflow/index.js";
import { floats, scalesIn } from "./fakeQuantize.js";
import { codecOf, type Format } from "./formats.js";
import { arrange } from "./granularity.js";
import type { Range, RangeTensors } from "./range.js";
import { rangeTensors, type Scales } from "./scales.js";

/** @internal Codes with what they are relative to. */
export interface Encoded {
  values: Int32Array;
  shape: number[];
  /** One, or one for each column. */
  scale: Float32Array;
  /** Of affine integers. */
  zeroPoint: Int32Array | undefined;
}

/** @internal Encodes a tensor, and waits for the result. @throws RangeError for NaN without a code. */
export function encodeTensor(
  x: tf.Tensor | tf.TensorLike,
  format: Format,
  range: Range | RangeTensors | Scales | undefined,
): Encoded {
  return tf.tidy(() => {
    const input = floats(x);
    if (!hasNaN(format)) refuseNaN(input);
    const given = range === undefined ? undefined : rangeTensors(range, format);
    const { rows, columns, restore } = arrange(input, format, scalesIn(given));
    const codec = codecOf(format);
    const parameters = codec.parameters(rows, columns, format, given);
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

/** MX has a NaN for its scale. */
function hasNaN(format: Format): boolean {
  return format.kind === "mx" || (format.kind === "float" && format.specials !== "none");
}

function refuseNaN(x: tf.Tensor): void {
  const nan = x.dataSync().findIndex(Number.isNaN);
  if (nan < 0) return;
  throw new RangeError(`invalid values: NaN at index ${nan} (expected numbers; NaN has no code)`);
}
