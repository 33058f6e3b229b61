import { endLabel } from "./line.js";
import type { Layout, Trace } from "./trace.js";

/** The marks of a figure or of one of its frames, with their names placed so that they can be read. */
export function arrange(traces: Trace[], layout: Layout): Trace[] {
  const placed = traces.map((trace) => {
    const axis = trace.xaxis === "x2" ? layout.xaxis2 : layout.xaxis;
    return placeLabel(trace, isReversed(axis as object));
  });
  return separateLabels(layout.showlegend === true ? nameOnce(placed) : placed, layout);
}

/** One entry in the legend for all marks of the same name, e.g. in both panels; a click hides them all. */
function nameOnce(traces: Trace[]): Trace[] {
  const seen = new Set<string>();
  return traces.map((trace) => {
    const { name, showlegend } = trace;
    if (!name || showlegend === false) return { ...trace, showlegend: false };
    const first = !seen.has(name);
    seen.add(name);
    return { ...trace, legendgroup: name, showlegend: first };
  });
}

function isReversed(axis: object = {}): boolean {
  const { range, autorange } = axis as { range?: number[]; autorange?: unknown };
  return autorange === "reversed" || (range !== undefined && range[0]! > range[1]!);
}

/**
 * Writes a line's name at its right end: that is its last point, or its first point if the values of `x`
 * fall along an axis that grows to the right.
 *
 * @param reversed whether the horizontal axis grows to the left
 */
function placeLabel(trace: Trace, reversed: boolean): Trace {
  const { mode, name = "", x, y, line } = trace as Trace & { line?: { color: string } };
  if (!mode?.includes("lines") || !mode.includes("text")) return trace;
  if (!Array.isArray(x) || !Array.isArray(y) || typeof x[0] !== "number") return trace;
  const falls = x[0] > x.at(-1);
  if (falls === reversed) return trace;
  return { ...trace, ...endLabel(y, name, line?.color ?? "", { first: true }) };
}

/** Names of ends that are closer than this share of the figure's height would overlap. */
const close = 0.07;

/**
 * Moves names at the lines' right ends apart if they would overlap: of two neighbours the upper name goes
 * up and the lower name goes down.
 */
function separateLabels(traces: Trace[], layout: Layout): Trace[] {
  const ends = traces.flatMap((trace, index) => {
    const end = trace.mode?.includes("text") ? lastValue(trace.y) : undefined;
    const panel = trace.yaxis ?? "y";
    return end === undefined ? [] : [{ index, end: heightOn(layout, panel)(end), panel }];
  });
  const moved = [...traces];
  for (const panel of new Set(ends.map((end) => end.panel))) {
    const here = ends.filter((end) => end.panel === panel).sort((a, b) => a.end - b.end);
    const gap =
      close * (shownHeight(layout, panel) ?? height(traces, panel, heightOn(layout, panel)));
    here.forEach(({ index, end }, i) => {
      const crowdedBelow = i > 0 && end - here[i - 1]!.end < gap;
      const crowdedAbove = i < here.length - 1 && here[i + 1]!.end - end < gap;
      if (crowdedBelow === crowdedAbove) return;
      const textposition = crowdedBelow ? "top right" : "bottom right";
      moved[index] = { ...traces[index], textposition };
    });
  }
  return moved;
}

/** Where a value stands on a panel's axis: on a logarithmic one, its logarithm. */
function heightOn(layout: Layout, panel: unknown): (value: number) => number {
  const { type } = Object(layout[String(panel).replace("y", "yaxis")]) as { type?: string };
  return type === "log" ? Math.log10 : (value) => value;
}

/** The height of a panel whose axis has a range of its own; that of a logarithmic axis is in logarithms. */
function shownHeight(layout: Layout, panel: unknown): number | undefined {
  const { range } = Object(layout[String(panel).replace("y", "yaxis")]) as { range?: number[] };
  return range && Math.abs(range[1]! - range[0]!);
}

function height(traces: Trace[], panel: unknown, at: (value: number) => number): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const trace of traces) {
    if ((trace.yaxis ?? "y") !== panel || !Array.isArray(trace.y)) continue;
    for (const value of trace.y) {
      if (typeof value !== "number" || !Number.isFinite(at(value))) continue;
      low = Math.min(low, at(value));
      high = Math.max(high, at(value));
    }
  }
  return high - low;
}

function lastValue(y: unknown): number | undefined {
  return Array.isArray(y) ? y.findLast((value) => typeof value === "number") : undefined;
}
