import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

type WriteSync = (fd: number, data: unknown, ...rest: unknown[]) => number;

/** `fs.writeSync(1, …)` takes the way of `process.stdout`, and 2 that of `process.stderr`, so that all keep their order. */
export function redirectDescriptorWrites(): void {
  const original = fs.writeSync as WriteSync;
  const redirected: WriteSync = (fd, data, ...rest) => {
    const bytes = fd === 1 || fd === 2 ? bytesOf(data, rest) : null;
    if (bytes === null) return original(fd, data, ...rest);
    process[fd === 1 ? "stdout" : "stderr"].write(bytes);
    return bytes.byteLength;
  };
  fs.writeSync = Object.defineProperties(redirected, {
    name: { value: "writeSync" },
  }) as typeof fs.writeSync;
  syncBuiltinESMExports();
}

/** The bytes that a call of `fs.writeSync` means; null for a call that Node should judge. */
function bytesOf(data: unknown, rest: unknown[]): Uint8Array | null {
  if (typeof data === "string") {
    const encoding = typeof rest[1] === "string" ? (rest[1] as BufferEncoding) : "utf8";
    return Buffer.isEncoding(encoding) ? Buffer.from(data, encoding) : null;
  }
  if (!ArrayBuffer.isView(data)) return null;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const [first, second] = rest;
  const range =
    typeof first === "object" && first !== null ? first : { offset: first, length: second };
  const { offset, length } = range as { offset?: unknown; length?: unknown };
  const start = offset ?? 0;
  const count = length ?? bytes.length - Number(start);
  if (!Number.isInteger(start) || !Number.isInteger(count)) return null;
  const from = Number(start);
  const to = from + Number(count);
  return from >= 0 && to >= from && to <= bytes.length ? bytes.slice(from, to) : null;
}
