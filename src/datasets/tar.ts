const block = 512;

/**
 * @internal
 * The regular files in a tar archive, by path. Source: POSIX.1-2017, pax, "ustar Interchange Format".
 *
 * @throws Error if the archive is cut short
 */
export function readTar(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (from: number, length: number) =>
    String.fromCharCode(...archive.subarray(from, from + length)).replace(/\0.*$/s, "");
  for (let header = 0; header < archive.length && archive[header] !== 0; ) {
    const size = Number.parseInt(text(header + 124, 12).trim(), 8);
    const type = text(header + 156, 1);
    const prefix = text(header + 257, 5) === "ustar" ? text(header + 345, 155) : "";
    const start = header + block;
    if (!(start + size <= archive.length)) throw new Error("invalid tar archive: it is cut short");
    const path = [prefix, text(header, 100)].filter(Boolean).join("/");
    if (type === "0" || type === "") files.set(path, archive.subarray(start, start + size));
    header = start + Math.ceil(size / block) * block;
  }
  return files;
}
