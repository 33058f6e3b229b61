/** A value's binary parts: where each stood, and its bytes. */
export interface Split {
  state: Record<string, unknown>;
  paths: (string | number)[][];
  buffers: Uint8Array[];
}

/**
 * Takes the binary parts out of a state, since JSON can't hold them: each of them travels as bytes.
 *
 * Source: Jupyter widgets' messaging protocol 2.1.0, "State updates" (`buffer_paths`).
 */
export function split(state: Record<string, unknown>): Split {
  const paths: (string | number)[][] = [];
  const buffers: Uint8Array[] = [];
  const visit = (value: unknown, path: (string | number)[]): unknown => {
    const bytes = bytesOf(value);
    if (bytes) {
      paths.push(path);
      buffers.push(bytes);
      return null;
    }
    if (Array.isArray(value)) return value.map((inner, i) => visit(inner, [...path, i]));
    if (typeof value !== "object" || value === null) return value;
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    const entries = Object.entries(value).map(([key, inner]) => [
      key,
      visit(inner, [...path, key]),
    ]);
    return Object.fromEntries(entries);
  };
  return { state: visit(state, []) as Record<string, unknown>, paths, buffers };
}

/** Puts binary parts back where they stood, as `DataView`s, which is what front ends get too. */
export function join(state: Record<string, unknown>, paths: unknown, buffers: Uint8Array[]): void {
  if (!Array.isArray(paths)) return;
  for (const [i, path] of (paths as (string | number)[][]).entries()) {
    const bytes = buffers[i];
    const key = path.at(-1);
    if (bytes === undefined || key === undefined) continue;
    let holder: unknown = state;
    for (const step of path.slice(0, -1))
      holder = (holder as Record<string, unknown> | null)?.[step];
    if (typeof holder !== "object" || holder === null) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    (holder as Record<string, unknown>)[key] = view;
  }
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
}
