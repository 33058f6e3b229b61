import { extent } from "../statistics/index.js";
import type { Layout, Trace } from "./trace.js";

/** The height of a line of text, and of a usual figure's panel, in pixels. */
const [lineHeight, panelHeight] = [16, 262];

interface Label {
  index: number;
  name: string;
  color: string;
  x: unknown;
  /** Where the end is on the axis: on a logarithmic one, the logarithm. */
  y: number;
  /** The distance from the panel's top, in pixels. */
  top: number;
}

/**
 * Names at lines' ends, where more than two would write over each other: each such name becomes a note of its own, moved
 * up or down as far as it must. Two neighbours stay as they are, one above its end and one below.
 */
export function spreadLabels(traces: Trace[], layout: Layout): { traces: Trace[]; layout: Layout } {
  const notes: object[] = [];
  const kept = [...traces];
  for (const panel of new Set(traces.map(({ yaxis }) => yaxis ?? "y"))) {
    for (const crowd of crowds(labelsIn(traces, layout, String(panel)))) {
      for (const { label, shift } of spread(crowd)) {
        const { text: _text, textposition: _place, textfont: _font, ...bare } = kept[label.index]!;
        kept[label.index] = { ...bare, mode: bare.mode?.replace("+text", "") };
        notes.push(note(label, shift, String(panel)));
      }
    }
  }
  if (notes.length === 0) return { traces, layout };
  const before = Array.isArray(layout.annotations) ? layout.annotations : [];
  return { traces: kept, layout: { ...layout, annotations: [...before, ...notes] } };
}

function labelsIn(traces: Trace[], layout: Layout, panel: string): Label[] {
  const axis = Object(layout[panel.replace("y", "yaxis")]) as { range?: number[]; type?: string };
  const height = (value: number) => (axis.type === "log" ? Math.log10(value) : value);
  const here = traces.filter(({ yaxis }) => (yaxis ?? "y") === panel);
  const values = here.flatMap(({ y }) => (Array.isArray(y) ? y : []));
  const heights = values.filter((value) => typeof value === "number").map(height);
  const finite = heights.filter(Number.isFinite);
  const { min, max } = extent(finite);
  const [low, high] = axis.range ?? [min, max];
  return traces.flatMap((trace, index) => {
    const { mode, text, x, y } = trace;
    if ((trace.yaxis ?? "y") !== panel || !mode?.includes("lines+") || !Array.isArray(text)) {
      return [];
    }
    const at = text.findIndex((part) => part !== "");
    const [place, value] = [(x as unknown[])[at], (y as number[])[at]];
    if (at < 0 || typeof value !== "number" || low === high) return [];
    const top = ((high! - height(value)) / (high! - low!)) * panelHeight;
    const { color } = Object(trace.textfont) as { color: string };
    return [{ index, name: String(text[at]).trim(), color, x: place, y: height(value), top }];
  });
}

/** Groups of three or more names of one place whose lines of text would touch. */
function crowds(labels: Label[]): Label[][] {
  const groups: Label[][] = [];
  const sorted = labels.toSorted((a, b) => a.top - b.top);
  for (const label of sorted) {
    const group = groups.find(
      (one) => one[0]!.x === label.x && label.top - one.at(-1)!.top < lineHeight,
    );
    if (group) group.push(label);
    else groups.push([label]);
  }
  return groups.filter((group) => group.length > 2);
}

/** The group in lines of text, around its middle. */
function spread(group: Label[]): { label: Label; shift: number }[] {
  const middle = group.reduce((sum, { top }) => sum + top, 0) / group.length;
  const half = ((group.length - 1) / 2) * lineHeight;
  const last = panelHeight - lineHeight / 2;
  // Below the panel stand the axis's own numbers.
  const first = Math.min(middle - half, last - 2 * half);
  return group.map((label, i) => ({ label, shift: label.top - (first + i * lineHeight) }));
}

function note({ name, color, x, y }: Label, shift: number, panel: string): object {
  return {
    text: name,
    x,
    y,
    xref: panel.replace("y", "x"),
    yref: panel,
    xanchor: "left",
    xshift: 4,
    yshift: Math.round(shift),
    showarrow: false,
    font: { color },
  };
}
