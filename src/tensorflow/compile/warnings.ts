const said = new Set<string>();

/** @internal Writes a message to the console, once only. */
export function warnOnce(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  console.warn(message);
}

/** @internal The shapes that a compiled function met, and the time that tracing them took. */
export interface Shapes {
  seen: number;
  milliseconds: number;
  warned: boolean;
}

/** @internal Counts a shape; warns, once a function, when there are more of them than graphs are kept. */
export function countShape(shapes: Shapes, key: string, cacheSize: number): void {
  shapes.seen++;
  if (shapes.warned || shapes.seen <= cacheSize) return;
  shapes.warned = true;
  console.warn(
    `q.compile: ${shapes.seen} different shapes so far, the last one ${key}. Each new one runs its first calls ` +
      `uncompiled and makes a graph of its own: ${shapes.milliseconds.toFixed(0)} ms until now. Give it batches of one size, or ` +
      `pad them; if it has to be so many, set cacheSize (now ${cacheSize})`,
  );
}
