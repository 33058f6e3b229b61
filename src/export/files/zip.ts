import { crc32 } from "../../import/index.js";

/** Names are in UTF-8. */
const unicode = 0x800;
/** The first of January 1980, the format's earliest day: the same files make the same archive. */
const day = 0x21;

/**
 * @internal
 * A zip archive that holds texts as they are.
 *
 * Source: PKWARE, ".ZIP File Format Specification" 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export function zipOf(files: ReadonlyMap<string, string>): Uint8Array {
  const encoder = new TextEncoder();
  const entries = [...files].map(([name, text]) => {
    const bytes = encoder.encode(text);
    return { name: encoder.encode(name), bytes, checksum: crc32(bytes) };
  });
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes, checksum } of entries) {
    const { length } = bytes;
    const facts = [20, unicode, 0, 0, day];
    const sizes = [checksum, length, length];
    const head = record(0x04034b50, [facts, sizes, [name.length, 0]]);
    const listed = record(0x02014b50, [
      [20, ...facts],
      sizes,
      [name.length, 0, 0, 0, 0],
      [0, offset],
    ]);
    parts.push(head, name, bytes);
    directory.push(listed, name);
    offset += head.length + name.length + length;
  }
  const { length } = joined(directory);
  const count = entries.length;
  const end = record(0x06054b50, [[0, 0, count, count], [length, offset], [0]]);
  return joined([...parts, ...directory, end]);
}

/** A record's signature and its fields: groups of 16 bits and of 32 bits take turns. */
function record(signature: number, groups: readonly (readonly number[])[]): Uint8Array {
  const fields = groups.flatMap((group, i) => group.map((value) => ({ value, wide: i % 2 === 1 })));
  const size = fields.reduce((sum, { wide }) => sum + (wide ? 4 : 2), 4);
  const view = new DataView(new ArrayBuffer(size));
  view.setUint32(0, signature, true);
  let at = 4;
  for (const { value, wide } of fields) {
    if (wide) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += wide ? 4 : 2;
  }
  return new Uint8Array(view.buffer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
