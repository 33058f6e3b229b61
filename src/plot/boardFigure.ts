import type { AxisOptions } from "./axis.js";
import { band } from "./band.js";
import type { BoardState } from "./board.js";
import { Figure } from "./figure.js";
import { endLabel, line } from "./line.js";
import { right } from "./right.js";
import type { Point } from "./series.js";
import { colorOf, colors, fixedColor } from "./theme.js";
import type { Layout, Trace } from "./trace.js";

/** A half of the board: its traces are drawn against one pair of axes. */
interface Panel {
  axis: AxisOptions;
  traces: Trace[];
}

/** The board's present state as a figure: one panel, or two side by side when there is a loss. */
export function drawBoard(state: BoardState, alt: string): Figure {
  const keys = [...state.series.keys()];
  const losses = keys.filter(isLoss);
  const others = keys.filter((key) => !isLoss(key));
  const panels: Panel[] = [];
  if (losses.length > 0) {
    panels.push({
      axis: { title: "loss" },
      traces: losses.flatMap((key) => draw(state, key, losses)),
    });
  }
  if (others.length > 0 || losses.length === 0 || state.options.references) {
    panels.push({
      axis: mainAxis(state),
      traces: [...references(state), ...others.flatMap((key) => draw(state, key, others))],
    });
  }
  const [left, second] = panels;
  const waiting = keys.length === 0 ? wait(state.options) : undefined;
  return new Figure({
    title: state.title,
    data: [left!.traces, ...(second ? [right(...second.traces)] : [])],
    x: { title: words(state.xKey) || (waiting ? "" : "step"), range: state.options.xRange },
    y: left!.axis,
    y2: second?.axis,
    layout: {
      uirevision: state.title, // keeps the reader's zoom through updates
      ...(state.options.labels === "legend" && { showlegend: true }),
      ...waiting,
    },
    alt,
  });
}

/** A board without values: a line that says what it waits for, and no numbers along an axis that has none yet. */
function wait({ waiting = "the first values", xRange }: BoardState["options"]): Layout {
  const text = `waiting: ${waiting} …`;
  const middle = { xref: "paper", yref: "paper", x: 0.5, y: 0.5, showarrow: false };
  return {
    annotations: [{ text, ...middle }],
    ...(!xRange && { xaxis: { range: [0, 1], showticklabels: false, showgrid: false } }),
  };
}

function draw(state: BoardState, key: string, beside: string[]): Trace[] {
  const order = beside.indexOf(key);
  const color = state.options.colors?.[key] ?? colorOf(key, order);
  const points = state.series.get(key)!.points();
  const x = points.map((point) => point.x);
  const y = points.map((point) => point.y);
  const stairs = state.options.stairs?.includes(key) ?? false;
  const drawn = line(x, y as number[], {
    color,
    label: false,
    markers: points.length <= 50 && !stairs,
    ...(stairs && { shape: "hv" as const }),
  });
  const name = beside.length > 1 ? shortName(key) : words(key);
  const mean =
    (state.options.labels ?? true) !== true
      ? { ...drawn, name }
      : { ...drawn, name, mode: `${drawn.mode}+text`, ...endLabel(y, name, color) };
  const bounded = points.filter((point) => point.low != null && point.high != null);
  return bounded.length > 0 ? [interval(bounded, color), mean] : [mean];
}

function interval(points: Point[], color: string): Trace {
  return band(
    points.map((point) => point.x),
    points.map((point) => point.low!),
    points.map((point) => point.high!),
    { color },
  );
}

/** Dashed lines across the panel, named at their right end; a name without a colour makes a grey line. */
function references(state: BoardState): Trace[] {
  const entries = Object.entries(state.options.references ?? {});
  const [first, last] = extent(state);
  return entries.map(([name, value]) => {
    const color = state.options.colors?.[name] ?? fixedColor(name) ?? colors.float;
    return line([first, last], [value, value], { name: words(name), color, dash: "dash" });
  });
}

function extent({ series, options }: BoardState): [number, number] {
  if (options.xRange) return options.xRange;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const curve of series.values()) {
    const points = curve.points();
    first = Math.min(first, points[0]?.x ?? first);
    last = Math.max(last, points.at(-1)?.x ?? last);
  }
  return first < last ? [first, last] : [0, 1];
}

function mainAxis({ options, series }: BoardState): AxisOptions {
  const { y, unit, range } = options;
  if (typeof y === "object") return y;
  const shares =
    Object.keys(options.references ?? {}).length > 0 || [...series.keys()].some(isAccuracy);
  const title = y ?? (shares ? "accuracy" : "value");
  return { title, unit: unit ?? (title === "accuracy" ? "%" : undefined), range };
}

const isLoss = (key: string) => /loss/i.test(key);
const isAccuracy = (key: string) => /acc/i.test(key);

/** A name without the words that the axis says already: "validation loss" becomes "validation". */
function shortName(key: string): string {
  const name = words(key);
  return name.replace(/\s*(loss|accuracy)$/, "") || "training";
}

/**
 * A key as words; PTQ and QAT are written in capitals. A name with a colour of its own, such as an estimator's, stays
 * as it is in code.
 *
 * @example
 * words("validationAccuracy"); // "validation accuracy"
 */
function words(key: string): string {
  if (/^(ptq|qat)$/.test(key)) return key.toUpperCase();
  if (!/^[a-z]/.test(key) || fixedColor(key) !== undefined) return key;
  return key.replace(/_/g, " ").replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
}
