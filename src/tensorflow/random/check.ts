import { complaint } from "../../arguments/index.js";
/** @internal @throws TypeError if `shape` isn't a list of lengths. `call` is the corrected call. */
export function checkShape(shape: readonly number[], call: string): void {
  const isLength = (length: number) => Number.isSafeInteger(length) && length >= 0;
  if (Array.isArray(shape) && shape.every(isLength)) return;
  throw new TypeError(
    complaint({ name: "shape", value: shape, expected: "lengths, integers from 0", example: call }),
  );
}
