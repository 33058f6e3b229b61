import type { MarkOptions } from "./line.js";
import { colorOf } from "./theme.js";
import { type Numbers, type Positions, plain, plainPositions, type Trace } from "./trace.js";

/** Points; `size` in pixels (default 6). */
export function scatter(
  x: Positions,
  y: Numbers,
  { name = "", color = colorOf(name), size = 6 }: MarkOptions & { size?: number } = {},
): Trace {
  const marker = { color, size, opacity: 0.8 };
  return { type: "scatter", mode: "markers", x: plainPositions(x), y: plain(y), name, marker };
}
