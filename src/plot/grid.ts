import type { Layout, Trace } from "./trace.js";

/** Panels in rows and columns, from left to right, row by row. */
export interface PanelGrid {
  names: string[];
  columns: number;
}

/** Distances between panels and around them, in pixels. */
const [between, above, row] = [28, 16, 150];

/** Marks in the panel with this index. */
export function place(traces: Trace[], index: number): Trace[] {
  if (index === 0) return traces;
  return traces.map((trace) => ({ ...trace, xaxis: `x${index + 1}`, yaxis: `y${index + 1}` }));
}

/** Marks of small panels have no room for names at their ends: names stand in the legend. */
export function withoutLabels(traces: Trace[]): Trace[] {
  return traces.map(({ text: _text, textfont: _font, textposition: _place, ...trace }) =>
    trace.mode?.includes("lines") ? { ...trace, mode: trace.mode.replace("+text", "") } : trace,
  );
}

/** The space between the title and the panels, in pixels. */
const title = 52;

/**
 * The height and the legend of a figure of panels.
 *
 * @param legendRows the rows of the legend between title and panels, 0 for none
 */
export function gridFrame({ names, columns }: PanelGrid, legendRows: number): Layout {
  const rows = Math.ceil(names.length / columns);
  const legend = legendRows > 0 ? 8 + 22 * legendRows : 0;
  const height = title + 48 + legend + rows * row + (rows - 1) * (between + above);
  return {
    height,
    margin: { l: 64, r: 24, t: title + legend, b: 48 },
    showlegend: legendRows > 0,
    ...(legendRows > 0 && { legend: { yref: "container", y: 1 - 32 / height, yanchor: "top" } }),
  };
}

/**
 * The axes of panels that share the range of the first panel, with numbers at the left and at the bottom only, and the
 * panels' names above them.
 *
 * @param x Plotly's horizontal axis, with its title
 * @param y Plotly's upright axis, with its title
 * @param width the narrowest page
 */
export function gridLayout(
  { names, columns }: PanelGrid,
  x: Record<string, unknown>,
  y: Record<string, unknown>,
  width = 560,
): Layout {
  const rows = Math.ceil(names.length / columns);
  const high = rows * row + (rows - 1) * (between + above);
  const gap = { x: between / width, y: (between + above) / high };
  const share = { x: (1 - gap.x * (columns - 1)) / columns, y: (1 - gap.y * (rows - 1)) / rows };
  const layout: Layout = {};
  const annotations: object[] = [];
  for (const [i, name] of names.entries()) {
    const id = i === 0 ? "" : i + 1;
    const [column, line] = [i % columns, Math.floor(i / columns)];
    const left = column * (share.x + gap.x);
    const top = 1 - line * (share.y + gap.y);
    const lowest = i + columns >= names.length;
    layout[`xaxis${id}`] = {
      ...untitled(x),
      domain: [left, left + share.x],
      anchor: `y${id}`,
      nticks: columns > 2 ? 4 : 6,
      showticklabels: lowest,
      ...(i > 0 && { matches: "x" }),
    };
    layout[`yaxis${id}`] = {
      ...untitled(y),
      domain: [Math.max(0, top - share.y), top],
      anchor: `x${id}`,
      nticks: 5,
      showticklabels: column === 0,
      ...(i > 0 && { matches: "y" }),
    };
    annotations.push(note(name, { x: left, y: top, xanchor: "left", yanchor: "bottom" }));
  }
  const [across, upright] = [titleOf(x), titleOf(y)];
  const middle = { x: 0.5, y: 0, xanchor: "center", yanchor: "top", yshift: -24 };
  const beside = { x: 0, y: 0.5, xanchor: "right", yanchor: "middle", xshift: -40, textangle: -90 };
  if (across) annotations.push(note(across, middle));
  if (upright) annotations.push(note(upright, beside));
  return { ...layout, annotations };
}

function note(text: string, where: object): object {
  return { text, xref: "paper", yref: "paper", showarrow: false, ...where };
}

function untitled({ title: _, ...axis }: Record<string, unknown>): Record<string, unknown> {
  return axis;
}

function titleOf({ title }: Record<string, unknown>): string {
  return (title as { text?: string } | undefined)?.text ?? "";
}
