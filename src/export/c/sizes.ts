import type { IntegerTensor } from "../../integer/index.js";

/** @internal The number of a tensor's codes. */
export const sizeOf = ({ shape }: IntegerTensor): number =>
  shape.reduce((size, length) => size * length, 1);

/** @internal The number of bytes of a tensor's code in C. */
export const bytesOf = ({ type }: IntegerTensor): number => (type === "int8" ? 1 : 4);
