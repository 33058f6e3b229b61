/**
 * The 32-bit MurmurHash2 of a text in UTF-8, by which front ends name a cell.
 *
 * Source: Austin Appleby's MurmurHash2.cpp.
 */
export function murmur2(text: string, seed: number): number {
  const m = 0x5bd1e995;
  const bytes = Buffer.from(text, "utf8");
  let hash = (seed ^ bytes.length) >>> 0;
  let at = 0;
  for (; bytes.length - at >= 4; at += 4) {
    let k = Math.imul(bytes.readUInt32LE(at), m);
    k = Math.imul(k ^ (k >>> 24), m);
    hash = Math.imul(hash, m) ^ k;
  }
  const left = bytes.length - at;
  if (left > 0) hash = Math.imul(hash ^ bytes.readUIntLE(at, left), m);
  hash = Math.imul(hash ^ (hash >>> 13), m);
  return (hash ^ (hash >>> 15)) >>> 0;
}
