import { bool, int8, int32, offset, table, uint32 } from "./table.js";

/** A tensor: a constant if its buffer has bytes. */
export const tensor = table("Tensor", {
  shape: offset(0),
  type: int8(1),
  buffer: uint32(2),
  name: offset(3),
  quantization: offset(4),
  isVariable: bool(5),
  shapeSignature: offset(7),
  hasRank: bool(8),
});

/** The scale and zero point of a tensor, or of each index along an axis. */
export const quantizationParameters = table("QuantizationParameters", {
  scale: offset(2),
  zeroPoint: offset(3),
  quantizedDimension: int32(6),
});
