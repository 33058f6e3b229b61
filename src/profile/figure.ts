import { shortNumber } from "../display/index.js";
import { Figure, type Trace } from "../plot/index.js";
import { type Part, parts } from "./parts.js";
import type { Timing } from "./timing.js";

/** A bar of the figure. */
export type Ways = { eager: Timing; compiled?: Timing };

/** @internal Where a call's time goes: a stacked bar, and a second one for the compiled step. */
export function timesFigure(ways: Ways, speedup: string | undefined): Figure {
  const bars = Object.entries(ways).filter(([, timing]) => timing !== undefined);
  const rows = bars.map(([name, timing]) => ({ name, total: timing.total, parts: parts(timing) }));
  // The first bar stands on top.
  const names = rows.map(({ name }) => name).reverse();
  return new Figure({
    title: "Where a call’s time goes",
    data: [...rows.flatMap((row) => row.parts.map((part) => segment(row.name, part))), ends(rows)],
    x: { title: "time of a call", unit: "ms", zero: true },
    alt: `Where a call’s time goes. ${rows.map(inWords).join("; ")}${speedup ? `. ${speedup}` : ""}`,
    layout: {
      barmode: "stack",
      height: 170 + 56 * rows.length,
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom", traceorder: "normal" },
      yaxis: { type: "category", categoryarray: names, showgrid: false, automargin: true },
      // A number that its segment has no room for is left to the pointer, not made small.
      uniformtext: { mode: "hide", minsize: 11 },
      margin: { t: 72, r: 72 },
    },
  });
}

function segment(row: string, { name, color, ms }: Part): Trace {
  return {
    type: "bar",
    orientation: "h",
    name,
    legendgroup: name,
    x: [ms],
    y: [row],
    marker: { color },
    text: [shortMs(ms)],
    textposition: "inside",
    insidetextanchor: "middle",
    insidetextfont: { color: color === "#767676" ? "#ffffff" : "#1a1a1a" },
    hovertemplate: `${row}, ${name}: %{x:.3~g} ms<extra></extra>`,
  };
}

/** The whole time, at the end of each bar. */
function ends(rows: { name: string; total: number }[]): Trace {
  return {
    type: "scatter",
    mode: "text",
    x: rows.map(({ total }) => total),
    y: rows.map(({ name }) => name),
    text: rows.map(({ total }) => ` ${shortMs(total)} ms`),
    textposition: "middle right",
    cliponaxis: false,
    hoverinfo: "skip",
    showlegend: false,
  };
}

function inWords({ name, total, parts }: { name: string; total: number; parts: Part[] }): string {
  const list = parts.map(({ name, ms }) => `${name} ${shortMs(ms)}`);
  return `${name} ${shortMs(total)} ms: ${list.join(", ")}`;
}

/** Three significant digits. */
export function shortMs(ms: number): string {
  return shortNumber(Number(ms.toPrecision(3)));
}
