import { hasKernels, minifloatKernel, tf } from "../../tensorflow/index.js";
import type { Format } from "../format.js";
import { arrange, blocksOf, checkCount } from "../formats/granularity.js";
import type { MinifloatFormat } from "../formats/minifloat.js";
import type { MxFormat } from "../formats/mx.js";
import type { RangeTensors } from "../grid/range.js";
import type { ScaleTensors } from "./codec.js";
import { minifloatCodec } from "./minifloat.js";

/** Whole numbers of 64ths, as the kernel takes them. */
const sixtyFourths = {
  exponentBits: 0,
  mantissaBits: 0,
  bias: 0,
  specials: "none",
  saturate: true,
} as const;

/** @internal Whether the library's own kernel rounds to a format: not by chance, and to its nearest values. */
export function hasFloatKernel(format: Format): format is MinifloatFormat | MxFormat {
  const fits = format.kind === "float" || format.kind === "mx";
  return fits && format.rounding === "halfEven" && hasKernels();
}

/**
 * @internal
 * Rounds to a floating-point format in one pass over memory, in the values' own order. Values and gradients are those
 * of the codecs' ops bit for bit.
 *
 * @param scales how many scales the range has; `undefined` if it has one, or if there is no range
 */
export function roundFloats(
  x: tf.Tensor,
  format: MinifloatFormat | MxFormat,
  range: RangeTensors | ScaleTensors | undefined,
  scales: number | undefined,
): tf.Tensor {
  const op = tf.customGrad((...args: unknown[]) => {
    const [x, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    if (format.kind === "mx") {
      const attributes = format.element === "int8" ? sixtyFourths : format.element;
      const value = minifloatKernel(x.reshape(blocksOf(x, format)!), undefined, attributes);
      return { value: value.reshape(x.shape), gradFunc: (dy: tf.Tensor) => dy.clone() };
    }
    const { rows, scale } = inBlocks(x, format, range, scales);
    const value = minifloatKernel(rows, scale, format).reshape(x.shape);
    save([rows, scale]);
    return {
      value,
      gradFunc(dy: tf.Tensor, [rows, scale]: tf.Tensor[]) {
        if (!format.saturate) return dy.clone();
        const size = tf.abs(tf.div(rows!, scale!.expandDims(1)));
        const inside = tf.cast(tf.lessEqual(size, format.largest), "float32");
        return tf.mul(dy, inside.reshape(dy.shape));
      },
    };
  });
  return op(x);
}

/** Values as `[before, size, after]`, and their scales, `[before, after]`. */
function inBlocks(
  x: tf.Tensor,
  format: MinifloatFormat,
  range: RangeTensors | ScaleTensors | undefined,
  scales: number | undefined,
): { rows: tf.Tensor; scale: tf.Tensor } {
  const blocks = blocksOf(x, format);
  if (blocks && range && scales !== undefined) {
    checkCount(scales, blocks, x, format.per!);
    const { scale } = minifloatCodec.parameters(x, scales, format, range);
    return { rows: x.reshape(blocks), scale: scale.reshape([blocks[0], blocks[2]]) };
  }
  const { rows, columns } = arrange(x, format, scales);
  const { scale } = minifloatCodec.parameters(rows, columns, format, range);
  if (scale.rank === 0) return { rows: x.reshape([1, x.size, 1]), scale: scale.reshape([1, 1]) };
  const [before, size, after] = blocks ?? [1, x.size / scale.size || 0, scale.size];
  return { rows: x.reshape([before, size, after]), scale: scale.reshape([before, after]) };
}
