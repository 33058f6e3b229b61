import type { Layout, Trace } from "./trace.js";

interface Level {
  name: string;
  value: number;
  line: { color: string; dash: string; width: number };
  anchor: "top" | "middle" | "bottom";
  /** Whether the level's name is written. */
  labelled: boolean;
}

/**
 * Draws reference levels over bars from edge to edge, with their names beside the plot: as a line trace a
 * level would end in the middle of the last bar, with the name over that bar. The line trace stays,
 * invisible, for the pointer and for the axis' range.
 */
export function liftLevels(data: Trace[], layout: Layout): { data: Trace[]; layout: Layout } {
  const levels: Level[] = [];
  const standing = data.some(({ type, orientation }) => type === "bar" && orientation !== "h");
  const lifted = data.map((trace) => {
    const level = standing ? levelOf(trace) : undefined;
    if (!level) return trace;
    levels.push(level);
    const { text: _text, cliponaxis: _clip, ...unseen } = trace;
    return { ...unseen, mode: "lines", opacity: 0, showlegend: false };
  });
  if (levels.length === 0) return { data, layout };
  const shapes = [...list(layout.shapes), ...levels.map(shape)];
  const annotations = [
    ...list(layout.annotations),
    ...levels.filter(({ labelled }) => labelled).map(annotation),
  ];
  return { data: lifted, layout: { ...layout, shapes, annotations } };
}

/**
 * The reference level that a line means: all its values are the same, over names. `undefined` for all other
 * traces.
 */
function levelOf({ mode, name = "", x, y, line, textposition }: Trace): Level | undefined {
  if (!mode?.includes("lines")) return undefined;
  const [names, values] = [list(x), list(y)];
  const value = values[0];
  if (typeof names[0] !== "string" || typeof value !== "number") return undefined;
  if (values.some((other) => other !== value)) return undefined;
  const side = String(textposition ?? "middle").split(" ")[0];
  const anchor = side === "top" ? "bottom" : side === "bottom" ? "top" : "middle";
  return { name, value, line: line as Level["line"], anchor, labelled: mode.includes("text") };
}

function shape({ value, line }: Level): object {
  return { type: "line", xref: "paper", x0: 0, x1: 1, y0: value, y1: value, line };
}

function annotation({ name, value, line, anchor }: Level): object {
  return {
    text: name,
    xref: "paper",
    x: 1,
    xanchor: "left",
    y: value,
    yanchor: anchor,
    showarrow: false,
    font: { color: line.color },
  };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
