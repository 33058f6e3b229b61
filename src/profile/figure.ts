import { shortNumber } from "../display/index.js";
import { Figure, type Trace } from "../plot/index.js";
import { grey, order, type Part, parts } from "./parts.js";
import type { Timing } from "./timing.js";

interface Row {
  name: string;
  total: number;
  parts: Part[];
}

/** @internal Where a call's time goes: a stacked bar, and a second one for the compiled step. */
export function timesFigure(ways: Record<string, Timing>, verdict: string): Figure {
  const rows = Object.entries(ways).map(([name, timing]) => {
    return { name, total: timing.total, parts: parts(timing) };
  });
  // The first bar stands on top.
  const names = rows.map(({ name }) => name).reverse();
  return new Figure({
    title: "Where a call’s time goes",
    data: [...segments(rows), numbers(rows), ends(rows)],
    x: { title: "time of a call", unit: "ms", zero: true },
    alt: `Where a call’s time goes. ${rows.map(inWords).join("; ")}. ${verdict}`,
    layout: {
      barmode: "stack",
      height: 178 + 56 * rows.length,
      showlegend: true,
      // The legend stands below the axis, where a second row of it has room.
      legend: {
        orientation: "h",
        x: 0,
        y: 0,
        yref: "container",
        yanchor: "bottom",
        traceorder: "normal",
      },
      yaxis: { type: "category", categoryarray: names, showgrid: false, automargin: true },
      margin: { t: 44, r: 76, b: 100, l: 76 },
    },
  });
}

/** A trace for each part. */
function segments(rows: Row[]): Trace[] {
  return order.flatMap((name) => {
    const having = rows.flatMap((row) => {
      const part = row.parts.find((part) => part.name === name);
      return part ? [{ row: row.name, part }] : [];
    });
    if (having.length === 0) return [];
    return {
      type: "bar",
      orientation: "h",
      name,
      x: having.map(({ part }) => part.ms),
      y: having.map(({ row }) => row),
      marker: { color: having[0]!.part.color },
      hovertemplate: `%{y}, ${name}: %{x:.3~g} ms<extra></extra>`,
    };
  });
}

/** The parts' times, written where there is room; the pointer and the table tell the others. */
function numbers(rows: Row[]): Trace {
  const room = Math.max(...rows.map(({ total }) => total)) / 14;
  const places = rows.flatMap(({ name, parts }) => {
    let end = 0;
    return parts.flatMap(({ ms, color }) => {
      end += ms;
      return ms < room ? [] : [{ row: name, middle: end - ms / 2, ms, color }];
    });
  });
  return {
    ...texts,
    x: places.map(({ middle }) => middle),
    y: places.map(({ row }) => row),
    text: places.map(({ ms }) => shortMs(ms)),
    textposition: "middle center",
    textfont: { color: places.map(({ color }) => (color === grey ? "#ffffff" : "#1a1a1a")) },
  };
}

/** The whole time, at the end of each bar. */
function ends(rows: Row[]): Trace {
  return {
    ...texts,
    x: rows.map(({ total }) => total),
    y: rows.map(({ name }) => name),
    text: rows.map(({ total }) => ` ${shortMs(total)} ms`),
    textposition: "middle right",
  };
}

const texts = {
  type: "scatter",
  mode: "text",
  cliponaxis: false,
  hoverinfo: "skip",
  showlegend: false,
};

function inWords({ name, total, parts }: Row): string {
  const list = parts.map(({ name, ms }) => `${name} ${shortMs(ms)}`);
  return `${name} ${shortMs(total)} ms: ${list.join(", ")}`;
}

/** Three significant digits. */
export function shortMs(ms: number): string {
  return shortNumber(Number(ms.toPrecision(3)));
}
