/** @internal An array of bytes, as IDX files hold it. */
export interface IdxArray {
  /** The lengths of its axes. */
  shape: number[];
  values: Uint8Array;
}

/**
 * @internal
 * Reads an IDX file of unsigned bytes: two zero bytes, the type (8), the number of axes, then their
 * lengths as big-endian 32-bit integers, then the values. Source: Y. LeCun, C. Cortes, C. Burges, "The
 * MNIST database of handwritten digits", "The IDX file format".
 *
 * @throws Error if the content isn't IDX, or if its length differs from the length in its header
 */
export function readIdx(content: Uint8Array, name: string): IdxArray {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const axes = content[3] ?? 0;
  if (content.length < 4 + 4 * axes || view.getUint16(0) !== 0 || content[2] !== 8 || axes < 1) {
    throw new Error(`invalid IDX file: ${name} (expected unsigned bytes, magic number 00 00 08 …)`);
  }
  const shape = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, length) => product * length, 1);
  const values = content.subarray(4 + 4 * axes);
  if (values.length !== size) {
    throw new Error(
      `invalid IDX file: ${name} has ${values.length} values (its head says ${shape.join(" × ")})`,
    );
  }
  return { shape, values };
}
