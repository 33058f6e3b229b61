/**
 * @internal
 * The SHA-256 digest of bytes, in hexadecimal digits, by Web Crypto, which Node has as well.
 *
 * @throws Error if the page isn't secure: browsers have no Web Crypto there
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) {
    throw new Error(
      "checksums need a secure page (open it by an address that begins with https: or with http://localhost)",
    );
  }
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes as BufferSource));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
