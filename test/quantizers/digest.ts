import { createHash } from "node:crypto";

/** SHA-256 of values' bytes; −0 and 0 are one value. */
export function digest(values: ArrayLike<number>, type: "float32" | "int32" = "float32"): string {
  const list = Array.from(values, (value) => value + 0);
  const array = type === "int32" ? Int32Array.from(list) : Float32Array.from(list);
  return createHash("sha256").update(Buffer.from(array.buffer)).digest("hex");
}
