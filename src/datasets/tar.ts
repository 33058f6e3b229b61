const block = 512;

/**
 * @internal
 * The regular files in a tar archive, by path. Source: POSIX.1-2017, pax, "ustar Interchange Format".
 *
 * @throws Error for an archive that is cut short
 */
export function readTar(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (from: number, length: number) =>
    Buffer.from(archive.subarray(from, from + length))
      .toString("latin1")
      .replace(/\0.*$/s, "");
  for (let at = 0; at < archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim(), 8);
    const type = text(at + 156, 1);
    const prefix = text(at + 257, 5) === "ustar" ? text(at + 345, 155) : "";
    const start = at + block;
    if (!(start + size <= archive.length)) throw new Error("invalid tar archive: it is cut short");
    const path = [prefix, text(at, 100)].filter(Boolean).join("/");
    if (type === "0" || type === "") files.set(path, archive.subarray(start, start + size));
    at = start + Math.ceil(size / block) * block;
  }
  return files;
}
