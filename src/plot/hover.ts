import type { AxisOptions } from "./axis.js";
import type { Words } from "./layout.js";
import type { Trace } from "./trace.js";

/**
 * The words that the pointer shows at a mark: both quantities with their units, three digits each, and the mark's name.
 * A mark that has words of its own for the pointer keeps them.
 */
export function hover(trace: Trace, words: Words): Trace {
  const { type, hovertemplate, hoverinfo, mode } = trace;
  if (hovertemplate !== undefined || hoverinfo !== undefined) return trace;
  if (type === "heatmap") return { ...trace, hovertemplate: cell(trace, words) };
  if (type !== "bar" && !(type === "scatter" && mode !== "text")) return trace;
  const right = trace.xaxis === "x2" && words.panels === undefined;
  const [x, y] = right ? [words.x2 ?? words.x, words.y2] : [words.x, words.y];
  const lines = [entry("x", trace.x, x), entry("y", trace.y, y)];
  const name = trace.name ? `<extra>${trace.name}</extra>` : "<extra></extra>";
  return { ...trace, hovertemplate: `${lines.join("<br>")}${name}` };
}

function entry(key: "x" | "y", values: unknown, words: Words["x"]): string {
  const { title, unit }: Partial<AxisOptions> =
    typeof words === "object" ? words : { title: words };
  const list = Array.isArray(values) ? values : [];
  if (typeof list[0] === "string") return `%{${key}}`;
  const number = unit === "%" ? `%{${key}:.1%}` : `%{${key}${formatOf(list)}}`;
  return `${title ? `${title} ` : ""}${number}${unit && unit !== "%" ? ` ${unit}` : ""}`;
}

/** Whole numbers are printed in full, others with three digits and without an exponent. */
function formatOf(values: unknown[]): string {
  const whole = values.every((value) => value === null || Number.isInteger(value));
  return whole ? "" : ":.3~r";
}

function cell(trace: Trace, words: Words): string {
  const { title } = ((trace.colorbar as { title?: { text?: string } } | undefined) ?? {}) as {
    title?: { text?: string };
  };
  const [x, y] = [entry("x", trace.x, words.x), entry("y", trace.y, words.y)];
  return `${y}, ${x}<br>${title?.text ? `${title.text} ` : ""}%{z:.3~r}<extra></extra>`;
}
