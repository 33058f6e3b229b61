/** Node's version: `null`, since there is no Node. */
export const nodeVersion: string | null = null;

/** JavaScript backends compute in one thread. */
export function nativeThreads(): number {
  return 1;
}
