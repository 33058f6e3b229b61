/** Codes from −8 to 7, two in each byte, the first in the low half. */
export function packInt4(codes: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(codes.length / 2));
  for (let i = 0; i < codes.length; i++) {
    bytes[i >> 1]! |= (codes[i]! & 15) << (4 * (i & 1));
  }
  return bytes;
}
