import type { tf } from "../tensorflow/index.js";
import type { Format } from "./formats.js";
import type { RangeTensors } from "./range.js";

/** @internal Scales as tensors, and zero points where there are any: scalars, or shape `[columns]`. */
export interface ScaleTensors {
  scale: tf.Tensor;
  zeroPoint?: tf.Tensor;
}

/** @internal What of a tensor a format's codes are relative to: scalars, or shape `[columns]`. */
export interface Parameters extends ScaleTensors {
  /** Where TensorFlow's own op computes: its range. */
  range?: RangeTensors;
  /** Where codes aren't those of the nearest values: where 0 ends. */
  threshold?: tf.Tensor;
}

/**
 * @internal
 * How a kind of format computes, in tensor ops, so that it can be part of a compiled function. Rows
 * are `[values, columns]`, a scale for each column, or of any shape with one scale for all.
 */
export interface Codec<F extends Format> {
  /** The parameters of a range, or where there is none those for the values of `rows`. */
  parameters(
    rows: tf.Tensor,
    columns: number | undefined,
    format: F,
    range: RangeTensors | ScaleTensors | undefined,
  ): Parameters;
  /** Codes, whole numbers in float32. NaN has the code of NaN, or else no matter which. */
  encode(rows: tf.Tensor, parameters: Parameters, format: F): tf.Tensor;
  /** The values of codes, float32. */
  decode(codes: tf.Tensor, parameters: Parameters, format: F): tf.Tensor;
  /** 1 where the straight-through gradient passes, else 0; `undefined`: it passes everywhere. */
  inside(rows: tf.Tensor, parameters: Parameters, format: F): tf.Tensor | undefined;
}
