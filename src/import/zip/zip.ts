import { inflate } from "#door/import/zip/inflate";
import { crc32 } from "./crc32.js";

/** Signatures of the parts of an archive (PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16). */
const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };
const sizes = { local: 30, central: 46, end: 22, comment: 0xffff };

/** @internal An entry of a zip archive. */
export interface ZipEntry {
  /** The size of the entry's content, in bytes. */
  size: number;
  /** Unpacks the content and checks its checksum. */
  read(): Promise<Uint8Array>;
}

/**
 * @internal
 * The entries of a zip archive by their names. Entries are stored or deflated; nothing is unpacked yet.
 *
 * @param maxBytes the size of an entry's content at most
 * @throws Error if the archive is damaged, encrypted or larger than 4 GB
 */
export function readZip(bytes: Uint8Array, maxBytes: number): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i < count; i++) {
    check(at + sizes.central <= end && view.getUint32(at, true) === signatures.central);
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(
      bytes.subarray(at + sizes.central, at + sizes.central + nameLength),
    );
    entries.set(name, entryAt(view, at, { bytes, name, maxBytes }));
    at +=
      sizes.central + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** The end record stands at the end, before a comment. */
function endOf(view: DataView): number {
  const first = Math.max(0, view.byteLength - sizes.end - sizes.comment);
  for (let at = view.byteLength - sizes.end; at >= first; at--) {
    if (view.getUint32(at, true) === signatures.end) return at;
  }
  throw new Error("the zip archive is cut short (download or copy the file again)");
}

function entryAt(
  view: DataView,
  at: number,
  { bytes, name, maxBytes }: { bytes: Uint8Array; name: string; maxBytes: number },
): ZipEntry {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [crc, packed, size, local] = [16, 20, 24, 42].map((field) =>
    view.getUint32(at + field, true),
  ) as [number, number, number, number];
  return {
    size,
    async read() {
      if (flags & 1)
        throw new Error(`${name} is encrypted (expected an archive as Keras writes it)`);
      if (packed === 0xffffffff || size === 0xffffffff || local === 0xffffffff) {
        throw new Error(`${name} is larger than 4 GB (expected a smaller model)`);
      }
      if (size > maxBytes) {
        throw new Error(
          `${name} holds ${size} bytes (expected at most ${maxBytes}; allow more by { maxBytes })`,
        );
      }
      check(
        local + sizes.local <= bytes.length && view.getUint32(local, true) === signatures.local,
      );
      const start =
        local + sizes.local + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      check(start + packed <= bytes.length);
      const content = await unpack(bytes.subarray(start, start + packed), { name, method, size });
      if (content.length !== size || crc32(content) !== crc) {
        throw new Error(`${name} has another checksum than the archive says (the file is damaged)`);
      }
      return content;
    },
  };
}

async function unpack(
  packed: Uint8Array,
  { name, method, size }: { name: string; method: number; size: number },
): Promise<Uint8Array> {
  if (method === 0) return packed;
  if (method !== 8) {
    throw new Error(`${name} is packed by method ${method} (expected stored or deflated)`);
  }
  try {
    return await inflate(packed, size);
  } catch (cause) {
    throw new Error(
      `${name} can't be unpacked: ${(cause as Error).message} (the file is damaged)`,
      { cause },
    );
  }
}

function check(condition: boolean): void {
  if (!condition) throw new Error("the zip archive is damaged (download or copy the file again)");
}
