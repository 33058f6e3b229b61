import type { MarkOptions } from "./line.js";
import { colorOf } from "./theme.js";
import { type Numbers, plain, type Trace } from "./trace.js";

/** Points; `size` in pixels (default 6). */
export function scatter(
  x: Numbers,
  y: Numbers,
  { name = "", color = colorOf(name), size = 6 }: MarkOptions & { size?: number } = {},
): Trace {
  const marker = { color, size, opacity: 0.8 };
  return { type: "scatter", mode: "markers", x: plain(x), y: plain(y), name, marker };
}
