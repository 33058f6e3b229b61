import type { FigureSpec } from "../figure.js";

/** @throws Error always: in a browser the page draws the figures */
export async function drawStatic(_spec: FigureSpec, _alt: string): Promise<string> {
  throw new Error("static images are drawn in Node only");
}
