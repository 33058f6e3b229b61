import type { TensorQuantizer } from "../../quantized/index.js";
import { affine, type IntegerFormat, int } from "../../quantizers/index.js";
import { tf } from "../../tensorflow/index.js";
import type { IntegerTensor } from "../program/index.js";
import { refusal } from "./refusal.js";

/** The codes of a tensor of activations, and their scale. */
export type TensorGrid = Pick<
  IntegerTensor,
  "type" | "smallest" | "largest" | "scale" | "zeroPoint"
>;

/** The grid on which a quantizer of activations rounds, as int8 or int16 codes. */
export function gridOf(quantizer: TensorQuantizer, layer: string): TensorGrid {
  const { format } = quantizer;
  if (!quantizer.fakeQuantizing || quantizer.withoutRange) {
    const why = quantizer.withoutRange ? "was always 0 in calibration" : "isn't fake-quantized now";
    throw refusal(
      layer,
      `its ${quantizer.name} ${why}, so it has no scale (expected quantizers that are on; see q.qat.enableFakeQuant)`,
    );
  }
  checkActivations(format, layer);
  const { scale, zeroPoint } = tf.tidy(() => {
    const grid = quantizer.grid();
    return { scale: grid.scale.dataSync()[0]!, zeroPoint: grid.zeroPoint.dataSync()[0]! };
  });
  return placed(format, scale, zeroPoint, layer);
}

/**
 * The grid of 8 or 16 bits that covers a range, for values that the model doesn't quantize. Runtimes demand the zero point
 * 0 of 16-bit codes.
 */
export function gridOver(
  range: { min: number; max: number },
  type: TensorGrid["type"],
  layer: string,
): TensorGrid {
  const isWide = type === "int16";
  const format = isWide ? int(16) : int(8, { symmetric: false });
  const extent = Math.max(-range.min, range.max);
  const { scale, zeroPoint } = affine(format, isWide ? { min: -extent, max: extent } : range);
  return placed(format, scale[0]!, zeroPoint[0]!, layer);
}

/** Whether two tensors have the same codes for the same values. */
export function sameGrid(a: TensorGrid, b: TensorGrid): boolean {
  return a.type === b.type && a.scale[0] === b.scale[0] && a.zeroPoint[0] === b.zeroPoint[0];
}

function placed(
  format: IntegerFormat,
  scale: number,
  zeroPoint: number,
  layer: string,
): TensorGrid {
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw refusal(
      layer,
      `its output has the scale ${scale} (expected a positive number; calibrate the model with examples on which the output isn't always 0)`,
    );
  }
  // uint8 codes are kept in int8, 128 lower.
  const offset = format.largest === 255 ? 128 : 0;
  return {
    type: format.bits > 8 ? "int16" : "int8",
    smallest: format.smallest - offset,
    largest: format.largest - offset,
    scale: Float32Array.of(scale),
    zeroPoint: Int32Array.of(zeroPoint - offset),
  };
}

function checkActivations(format: IntegerFormat, layer: string): void {
  if (format.per !== "tensor") {
    throw refusal(
      layer,
      `its activations are ${format} (expected one scale per tensor, as in activations: q.uint(8))`,
    );
  }
  if (format.rounding === "stochastic") {
    throw refusal(
      layer,
      `its activations are ${format} (expected a rounding that draws nothing, as in q.uint(8))`,
    );
  }
  if (format.bits > 8 && !(format.kind === "int" && format.symmetric)) {
    throw refusal(
      layer,
      `its activations are ${format} (expected q.uint(8), q.int(8), fewer bits, or q.int(16) with the zero point 0)`,
    );
  }
}
