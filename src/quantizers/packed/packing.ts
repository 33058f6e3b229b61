import { checkBits, checkOptions } from "../../arguments/index.js";
/**
 * Whole numbers in as few bytes as their bits take: one integer of `bits` bits after the other, each from its
 * lowest bit on, in bytes that are filled from their lowest bit on; the last byte is filled up with zeros. So
 * two 4-bit codes share a byte, the first in its lower half, as in ONNX (`TensorProto`, INT4); 8-bit codes are
 * bytes, 16-bit codes little-endian. Negative codes are in two's complement.
 *
 * @param codes integers of `bits` bits, signed or not
 * @param bits from 1 to 16
 * @throws RangeError if `bits` is invalid, or if a code doesn't fit
 * @example
 * q.pack([1, 2, -1], 4); // Uint8Array(2) [ 33, 15 ]
 */
export function pack(codes: ArrayLike<number>, bits: number): Uint8Array {
  checkBits(bits, { example: "q.pack(codes, 4)" });
  const bytes = new Uint8Array(Math.ceil((codes.length * bits) / 8));
  const [smallest, largest, mask] = [-(2 ** (bits - 1)), 2 ** bits - 1, 2 ** bits - 1];
  let [held, count, at] = [0, 0, 0];
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (!(code >= smallest && code <= largest) || code % 1 !== 0) {
      throw new RangeError(
        `invalid code: ${code} at index ${i} (expected an integer from ${smallest} to ${largest}, ${bits} bits)`,
      );
    }
    held |= (code & mask) << count;
    for (count += bits; count >= 8; count -= 8) {
      bytes[at++] = held & 255;
      held >>>= 8;
    }
  }
  if (count > 0) bytes[at] = held & 255;
  return bytes;
}

/** Options of {@link unpack}. */
export interface UnpackOptions {
  /** Whether the highest bit is a sign. Default false. */
  signed?: boolean;
}

/**
 * The whole numbers that {@link pack} packed.
 *
 * @param bytes the bytes that {@link pack} returned
 * @param bits from 1 to 16
 * @param count how many codes the bytes hold
 * @throws RangeError if `bits` is invalid, or if there are fewer bytes than the codes take
 * @example
 * q.unpack(Uint8Array.of(33, 15), 4, 3, { signed: true }); // Int32Array(3) [ 1, 2, -1 ]
 */
export function unpack(
  bytes: Uint8Array,
  bits: number,
  count: number,
  options: UnpackOptions = {},
): Int32Array {
  checkOptions<UnpackOptions>("q.unpack", options, { signed: true });
  const { signed = false } = options;
  checkBits(bits, { example: "q.unpack(bytes, 4, count)" });
  const expected = Math.ceil((count * bits) / 8);
  if (!Number.isInteger(count) || count < 0 || bytes.length < expected) {
    throw new RangeError(
      `invalid bytes: ${bytes.length} for ${count} codes of ${bits} bits (expected ${expected})`,
    );
  }
  const mask = 2 ** bits - 1;
  const shift = signed ? 32 - bits : 0;
  const codes = new Int32Array(count);
  let [held, filled, at] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    for (; filled < bits; filled += 8) held |= bytes[at++]! << filled;
    codes[i] = ((held & mask) << shift) >> shift;
    held >>>= bits;
    filled -= bits;
  }
  return codes;
}
