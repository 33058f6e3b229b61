import type { tf } from "../../tensorflow/index.js";
import type { Format } from "../format.js";
import type { RangeTensors } from "../grid/range.js";

/** @internal Scales as tensors, and zero points where there are any: scalars, or shape `[columns]`. */
export interface ScaleTensors {
  scale: tf.Tensor;
  zeroPoint?: tf.Tensor;
}

/**
 * @internal
 * The numbers that a tensor's codes are relative to, for example its scales: scalars, or of shape `[columns]`.
 */
export interface CodecParameters extends ScaleTensors {
  /** The range that TensorFlow's own op takes. */
  range?: RangeTensors;
  /** The size below which a value has the code of 0, in formats whose codes are not those of the nearest values. */
  threshold?: tf.Tensor;
}

/**
 * @internal
 * How a kind of format computes, in tensor ops, so that it can be part of a compiled function. Rows
 * are `[values, columns]`, a scale for each column, or of any shape with one scale for all.
 */
export interface Codec<F extends Format> {
  /** The parameters of a range; without a range, those for the values of `rows`. */
  parameters(
    rows: tf.Tensor,
    columns: number | undefined,
    format: F,
    range: RangeTensors | ScaleTensors | undefined,
  ): CodecParameters;
  /**
   * The codes, whole numbers in float32. NaN has the format's code of NaN; if the format has none, the code is
   * arbitrary.
   */
  encode(rows: tf.Tensor, parameters: CodecParameters, format: F): tf.Tensor;
  /** The values of codes, float32. */
  decode(codes: tf.Tensor, parameters: CodecParameters, format: F): tf.Tensor;
  /** 1 where the straight-through gradient passes, else 0; `undefined` if it passes everywhere. */
  inside(rows: tf.Tensor, parameters: CodecParameters, format: F): tf.Tensor | undefined;
}
