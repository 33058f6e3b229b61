import type { Format } from "../format.js";
import { anyFormatFromConfig, formatConfig } from "../formats/config.js";

/** @internal The contents of a quantized tensor's file. */
export interface Stored {
  format: Format;
  shape: number[];
  bytes: Uint8Array;
  scale: Float32Array;
  zeroPoint: Int32Array | undefined;
}

/** "qtensor" and the version of the layout. */
const magic = [0x71, 0x74, 0x65, 0x6e, 0x73, 0x6f, 0x72, 1];

/**
 * @internal
 * Magic, length of the header (uint32), header (JSON: format, shape, counts), scales (float32; of MX
 * formats E8M0, a byte), zero points (int32), codes as they are packed; all little-endian.
 */
export function writeStored({ format, shape, bytes, scale, zeroPoint }: Stored): Uint8Array {
  const header = new TextEncoder().encode(
    JSON.stringify({
      format: formatConfig(format),
      shape,
      scales: scale.length,
      zeroPoints: zeroPoint?.length ?? 0,
      bytes: bytes.length,
    }),
  );
  const zeros = zeroPoint ?? new Int32Array(0);
  const scales = scaleBytes(format, scale);
  const file = new Uint8Array(
    magic.length + 4 + header.length + scales.length + 4 * zeros.length + bytes.length,
  );
  const view = new DataView(file.buffer);
  file.set(magic);
  view.setUint32(magic.length, header.length, true);
  file.set(header, magic.length + 4);
  const scalesAt = magic.length + 4 + header.length;
  const zerosAt = scalesAt + scales.length;
  file.set(scales, scalesAt);
  for (const [i, value] of zeros.entries()) view.setInt32(zerosAt + 4 * i, value, true);
  file.set(bytes, zerosAt + 4 * zeros.length);
  return file;
}

/**
 * @internal
 * Reads the bytes that {@link writeStored} wrote.
 *
 * @throws RangeError if the bytes aren't such a file, or end too early
 */
export function readStored(file: Uint8Array): Stored {
  if (!(file instanceof Uint8Array) || !magic.every((byte, i) => file[i] === byte)) {
    throw new RangeError("invalid file: not a quantized tensor (expected what save() returned)");
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = magic.length + 4;
  const headerEnd = file.length < start ? 0 : start + view.getUint32(magic.length, true);
  if (headerEnd === 0 || headerEnd > file.length) throw truncated(file.length);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(start, headerEnd)));
  const { shape, scales, zeroPoints, bytes } = header;
  const format = anyFormatFromConfig(header.format);
  const zerosAt = headerEnd + (format.kind === "mx" ? 1 : 4) * scales;
  const codesAt = zerosAt + 4 * zeroPoints;
  if (codesAt + bytes !== file.length) throw truncated(file.length);
  return {
    format,
    shape,
    scale: scalesOf(format, file.slice(headerEnd, zerosAt)),
    zeroPoint:
      zeroPoints > 0
        ? Int32Array.from({ length: zeroPoints }, (_, i) => view.getInt32(zerosAt + 4 * i, true))
        : undefined,
    bytes: file.slice(codesAt),
  };
}

/** Stores a power of two as its exponent + 127, and NaN as 255: OCP Microscaling Formats 1.0, section 5.4.1. */
function scaleBytes(format: Format, scale: Float32Array): Uint8Array {
  if (format.kind === "mx") {
    return Uint8Array.from(scale, (s) => (Number.isNaN(s) ? 255 : Math.round(Math.log2(s)) + 127));
  }
  const view = new DataView(new ArrayBuffer(4 * scale.length));
  for (const [i, value] of scale.entries()) view.setFloat32(4 * i, value, true);
  return new Uint8Array(view.buffer);
}

function scalesOf(format: Format, bytes: Uint8Array): Float32Array {
  if (format.kind === "mx") {
    return Float32Array.from(bytes, (byte) => (byte === 255 ? Number.NaN : 2 ** (byte - 127)));
  }
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function truncated(length: number): RangeError {
  return new RangeError(
    `invalid file: ${length} bytes, which isn't the length that its header says (is it whole?)`,
  );
}
