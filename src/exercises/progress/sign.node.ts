import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signWith,
  verify as verifyWith,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** @internal The SHA-256 digest of a text, in hexadecimal digits. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * @internal
 * Signs a text by Ed25519, with the key that lies beside the progress file; the first call makes the key.
 *
 * @returns the public key and the signature, in base64
 */
export function sign(store: string, text: string): { key: string; signature: string } {
  const secret = keyIn(join(dirname(store), "sheet-key.pem"));
  const key = createPublicKey(secret).export({ type: "spki", format: "der" }).toString("base64");
  return { key, signature: signWith(null, Buffer.from(text), secret).toString("base64") };
}

/** @internal Whether the signature is that of the text by the key. */
export function isSigned(text: string, key: string, signature: string): boolean {
  try {
    const from = { key: Buffer.from(key, "base64"), type: "spki", format: "der" } as const;
    return verifyWith(
      null,
      Buffer.from(text),
      createPublicKey(from),
      Buffer.from(signature, "base64"),
    );
  } catch {
    return false; // no key
  }
}

function keyIn(path: string): KeyObject {
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync("ed25519");
    mkdirSync(dirname(path), { recursive: true });
    try {
      const text = privateKey.export({ type: "pkcs8", format: "pem" });
      writeFileSync(path, text, { mode: 0o600, flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // another kernel was first
    }
  }
  try {
    return createPrivateKey(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Error(`${path} holds no key (move the file away: a new key is made then)`, { cause });
  }
}
