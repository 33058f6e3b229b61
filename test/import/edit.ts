import { deflateRawSync } from "node:zlib";
import { crc32 } from "../../src/import/zip/crc32.js";
import { readZip } from "../../src/import/zip/zip.js";
import { fileOf } from "./golden.js";

/** A zip archive of texts and bytes, deflated. */
export function zipOf(files: Record<string, string | Uint8Array>): Uint8Array {
  const [parts, central]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(at, 10);
    central.push(Buffer.from("PK\x01\x02\x14\0", "latin1"), fields, entry, Buffer.from(name));
    parts.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, directory, end]));
}

/** A `.keras` file of Keras' whose configuration is changed. */
export async function editedConfig(
  name: string,
  change: (text: string) => string,
): Promise<Uint8Array> {
  const entries = readZip(fileOf(name, "keras"), 1e8);
  const files: Record<string, string | Uint8Array> = {};
  for (const [path, entry] of entries) files[path] = await entry.read();
  const before = new TextDecoder().decode(files["config.json"] as Uint8Array);
  const after = change(before);
  if (after === before) throw new Error("the change changes nothing");
  return zipOf({ ...files, "config.json": after });
}

/** Bytes in which a text is replaced by another one of the same length. */
export function editedWeights(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  if (from.length !== to.length || !text.includes(from)) throw new Error(`cannot replace ${from}`);
  return new Uint8Array(Buffer.from(text.replaceAll(from, to), "latin1"));
}
