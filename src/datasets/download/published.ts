/** Where the loaders of published data sets look for files, and whether they show a progress bar. */
export interface DownloadOptions {
  /**
   * A copy to be used in the publisher's place: a folder, or a URL beginning with `http:`, `https:` or
   * `file:`, in which each data set has a folder (`mnist`, `fashion-mnist`, `cifar-10`) with the
   * publisher's files. Default: the value of the environment variable `QATLAB_MIRROR`, or else the
   * publisher. A browser takes a URL beginning with `http:` or `https:` only.
   */
  mirror?: string;
  /** Whether a bar shows the download. Default true. */
  progress?: boolean;
}

/** @internal Where a data set's files are published. */
export interface Publisher {
  /** The data set's folder in the cache and on mirrors. */
  folder: string;
  /** Addresses, to which the file's name is appended, in the order in which they are tried. */
  addresses: readonly string[];
}

/** @internal A gzip file of a data set. At least one of its digests is known. */
export interface PublishedFile {
  /** Its name at publishers, on mirrors and in the cache. */
  name: string;
  /** MD5 of the file, in hexadecimal digits. */
  md5?: string;
  /** SHA-256 of the unpacked content, which copies that were packed again share. */
  content?: string;
}

/** @internal The error of a server that is reached and doesn't have the file. */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
}

/** @internal The addresses of a file on a mirror in the web: in the data set's folder, or at its top. */
export function onWebMirror(mirror: string, folder: string, name: string): string[] {
  const base = mirror.replace(/\/+$/, "");
  return [`${base}/${folder}/${name}`, `${base}/${name}`];
}
