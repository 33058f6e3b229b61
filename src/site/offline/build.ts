/** A service worker's knowledge of the build of the site that it belongs to. */
export interface Build {
  /** The build's name: a digest of all its files. Its pages bear it. */
  id: string;
  /** Digests of the files whose names have none, by their paths from the worker's folder. */
  digests: Record<string, string>;
  /** Files that another visit needs without a network, by their paths. */
  keep: string[];
}

/** The name of the `meta` element by which a page says to which build it belongs. */
export const buildMeta = "qatlab-build";

/** The build that a page's text belongs to; undefined if it says none. */
export function buildOf(html: string): string | undefined {
  return new RegExp(`<meta name="${buildMeta}" content="([^"]+)"`).exec(html)?.[1];
}

/** Whether a file's name has the digest of its content, so that a file of that name never changes. */
export function isNamedByContent(path: string): boolean {
  return /\.[0-9a-f]{7,}\.[a-z0-9]+$/.test(path);
}

/** The digest of bytes as {@link Build.digests} has it: the first 16 digits of SHA-256. */
export async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
