/** A display id that no other process makes: outputs of several kernels meet in one notebook. */
export function newDisplayId(): string {
  return globalThis.crypto.randomUUID();
}
