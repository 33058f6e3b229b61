import { type AxisOptions, axis } from "./axis.js";
import { gridFrame, gridLayout, type PanelGrid } from "./grid.js";
import { template } from "./theme.js";
import type { Layout, Trace } from "./trace.js";

/** The words of a figure: its title and its axes'. */
export interface Words {
  title?: string;
  x?: string | AxisOptions;
  y?: string | AxisOptions;
  /** The axes of the right panel, for marks that {@link right} has put there. Default for `x2`: `x`. */
  x2?: string | AxisOptions;
  y2?: string | AxisOptions;
  /** The names of small panels, which {@link panels} makes. */
  panels?: PanelGrid;
}

/** The panels' ends as shares of the figure's width; the gap between them holds the right panel's axis. */
const panels = { left: [0, 0.42], right: [0.58, 1] };

/**
 * A figure's layout in the house style; the keys of `layout` override it.
 *
 * @param traces the figure's marks: matrices, bars, a right panel and long names change the layout
 */
export function layoutOf(traces: Trace[], words: Words, layout: Layout = {}): Layout {
  if (words.panels) return panelLayout(traces, words, words.panels, layout);
  const { title, x, y, x2 = x, y2 } = words;
  const two = traces.some(({ xaxis }) => xaxis === "x2");
  // Bars have no end for a name, so they need a legend.
  const named = traces.filter(({ type, name }) => type === "bar" && name);
  const showlegend = layout.showlegend ?? new Set(named.map(({ name }) => name)).size > 1;
  return {
    template,
    ...(showlegend === true && { showlegend }),
    ...(title && { title: { text: title } }),
    xaxis: {
      ...upToTheLabels(traces, "x", x),
      ...(x && axis(x)),
      ...wholeDecades(traces, "x", x),
      ...matrixAxis(traces, "x"),
      ...crowdedNames(traces),
      ...(two && { domain: panels.left }),
    },
    yaxis: { ...(y && axis(y)), ...wholeDecades(traces, "y", y), ...matrixAxis(traces, "y") },
    ...(two && {
      xaxis2: {
        ...upToTheLabels(traces, "x2", x2),
        ...(x2 && axis(x2)),
        domain: panels.right,
        anchor: "y2",
      },
      yaxis2: { ...(y2 && axis(y2)), anchor: "x2" },
    }),
    ...layout,
    margin: {
      ...template.layout.margin,
      ...roomForNames(traces),
      ...(showlegend === true && { t: 46 + 22 * legendRows(traces) }),
      ...layout.margin,
    },
  };
}

/** The layout of a figure of small panels, whose names of marks stand in a legend if they differ. */
function panelLayout(
  traces: Trace[],
  { title, x, y }: Words,
  panels: PanelGrid,
  layout: Layout,
): Layout {
  const names = new Set(traces.map(({ name }) => name).filter(Boolean));
  const showlegend = layout.showlegend ?? names.size > 1;
  const across = {
    ...(x && axis(x)),
    ...wholeDecades(traces, "x", x),
    ...narrowNames(traces, panels.columns),
  };
  const upright = { ...(y && axis(y)), ...wholeDecades(traces, "y", y) };
  const frame = gridFrame(panels, showlegend ? legendRows(traces) : 0);
  return {
    template,
    ...(title && { title: { text: title } }),
    ...gridLayout(panels, across, upright),
    ...frame,
    ...layout,
    margin: { ...frame.margin, ...layout.margin },
  };
}

/**
 * Ends the panel where its lines end, so that no line of the grid runs through the names beside them: around marks with
 * texts, Plotly would leave room.
 */
function upToTheLabels(traces: Trace[], panel: "x" | "x2", words: Words["x"]): object {
  const here = traces.filter(({ xaxis = "x" }) => xaxis === panel);
  const labelled = here.some(({ mode }) => mode?.includes("lines") && mode.includes("text"));
  const lines = here.every(({ type, mode }) => type === "scatter" && mode?.includes("lines"));
  if (!labelled || !lines || (typeof words === "object" && words.log)) return {};
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x } of here) {
    for (const value of Array.isArray(x) ? x : []) {
      if (typeof value === "string") return {};
      if (typeof value !== "number") continue;
      [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
  }
  return low < high ? { range: [low, high] } : {};
}

/**
 * One tick a decade for a logarithmic axis of two or more decades; Plotly would also write the 2 and the 5
 * in between.
 */
function wholeDecades(traces: Trace[], key: "x" | "y", words: Words["x"]): object {
  if (typeof words !== "object" || !words.log) return {};
  const values = traces.flatMap((trace) => (trace[key] as unknown[] | undefined) ?? []);
  let [low, high] = words.range ?? [Number.POSITIVE_INFINITY, 0];
  for (const value of words.range ? [] : values) {
    if (typeof value !== "number" || value <= 0) continue;
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return Math.log10(high / low) >= 2 ? { dtick: 1 } : {};
}

/** Many names stand side by side on a narrow page only if they are written small. */
function crowdedNames(traces: Trace[]): object {
  const bars = traces.filter(({ type, orientation }) => type === "bar" && orientation !== "h");
  const names = bars.flatMap(({ x }) =>
    (x as unknown[]).filter((name) => typeof name === "string"),
  );
  return new Set(names).size > 6 ? { tickfont: { size: 11 } } : {};
}

/** Names of bars in small panels that would touch each other on a narrow page are written smaller. */
function narrowNames(traces: Trace[], columns: number): object {
  const names = new Set(
    traces
      .filter(({ type, orientation }) => type === "bar" && orientation !== "h")
      .flatMap(({ x }) => (x as unknown[]).filter((name) => typeof name === "string")),
  );
  if (names.size === 0) return {};
  const longest = Math.max(...[...names].map((name) => String(name).length));
  const place = 470 / columns / names.size;
  return longest * 6.8 > place ? { tickfont: { size: 10 } } : {};
}

/** The axes of a matrix, with its first row on top; axes with names of rows or columns are categories. */
function matrixAxis(traces: Trace[], key: "x" | "y"): object {
  const matrix = traces.find(({ type }) => type === "heatmap");
  if (!matrix) return {};
  const named = typeof (matrix[key] as unknown[] | undefined)?.[0] === "string";
  return {
    ...(named && { type: "category" }),
    ...(key === "y" && { autorange: "reversed" }),
    showgrid: false,
    zeroline: false,
  };
}

/** Names at the lines' right ends need room beside the plot. */
function roomForNames(traces: Trace[]): { r?: number } {
  const named = traces.filter(({ mode }) => mode?.includes("text"));
  const longest = Math.max(0, ...named.map(({ name = "" }) => name.length));
  return longest > 0 ? { r: Math.min(200, 24 + longest * 7) } : {};
}

/** How many rows the legend takes between title and plot on a narrow page. */
export function legendRows(traces: Trace[]): number {
  const names = new Set(traces.map(({ name, showlegend }) => (showlegend === false ? "" : name)));
  let [rows, used] = [1, 0];
  for (const name of names) {
    if (!name) continue;
    const width = 46 + 7 * name.length;
    if (used > 0 && used + width > 400) [rows, used] = [rows + 1, 0];
    used += width;
  }
  return rows;
}
