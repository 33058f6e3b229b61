import { createHash } from "node:crypto";

/** SHA-256 of values' bytes; −0 and 0 are one value. */
export function digest(values: ArrayLike<number>, type: "float32" | "int32" = "float32"): string {
  const array = type === "int32" ? new Int32Array(values) : new Float32Array(values);
  for (let i = 0; i < array.length; i++) array[i]! += 0; // faster than Array.from
  return createHash("sha256").update(Buffer.from(array.buffer)).digest("hex");
}
