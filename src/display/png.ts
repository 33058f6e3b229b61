/**
 * An image as the bytes of a PNG file. Without `compress` the pixels are stored uncompressed: that needs no
 * library, and an image of a tensor, one pixel a value, is small anyway.
 *
 * Source: PNG specification (third edition), chunks IHDR, IDAT, IEND; zlib (RFC 1950) with stored
 * blocks (RFC 1951, 3.2.4).
 *
 * @param pixels the pixels, row by row from the top, with 3 bytes each (red, green, blue) or 4 (with alpha)
 * @param options `compress`: a deflate function in zlib's format, such as Node's `deflateSync`
 */
export function png(
  width: number,
  height: number,
  pixels: Uint8Array | Uint8ClampedArray,
  { compress = stored }: { compress?: (data: Uint8Array) => Uint8Array } = {},
): Uint8Array {
  const channels = pixels.length / (width * height);
  if (channels !== 3 && channels !== 4) {
    throw new RangeError(
      `invalid pixels: ${pixels.length} bytes (expected 3 or 4 for each of ${width} × ${height})`,
    );
  }
  const rowSize = width * channels;
  const rows = new Uint8Array(height * (1 + rowSize)); // each row starts with filter type 0
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(y * rowSize, (y + 1) * rowSize), y * (1 + rowSize) + 1);
  }
  const size = new DataView(new ArrayBuffer(13));
  size.setUint32(0, width);
  size.setUint32(4, height);
  size.setUint8(8, 8); // bits a channel
  size.setUint8(9, channels === 4 ? 6 : 2); // RGBA or RGB
  return join([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", new Uint8Array(size.buffer)),
    chunk("IDAT", compress(rows)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = join([new TextEncoder().encode(type), data]);
  return join([bigEndian(data.length), named, bigEndian(crc32(named))]);
}

function stored(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  const limit = 0xffff;
  for (let start = 0; start < data.length; start += limit) {
    const block = data.subarray(start, start + limit);
    const [low, high] = [block.length & 0xff, block.length >> 8];
    const last = start + limit >= data.length ? 1 : 0;
    parts.push(Uint8Array.of(last, low, high, ~low & 0xff, ~high & 0xff), block);
  }
  parts.push(bigEndian(adler32(data)));
  return join(parts);
}

function crc32(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function adler32(data: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

function bigEndian(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function join(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
