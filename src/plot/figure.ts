import { display } from "../display/display.js";
import { findHost } from "../display/find-host.js";
import { displaySymbol, earlySymbol, type MimeBundle } from "../display/mime.js";
import { type AxisOptions, axis } from "./axis.js";
import { describe } from "./describe.js";
import { placeLabels, separateLabels } from "./labels.js";
import { drawStatic } from "./static/client.js";
import { template } from "./theme.js";
import { type Frame, type Layout, plainDeep, type Trace } from "./trace.js";

/** The MIME type of a Plotly figure as JSON. */
export const plotlyType = "application/vnd.plotly.v1+json";

/** A list of traces; lists inside it are flattened, so that marks can be composed. */
export type Traces = readonly (Trace | Traces)[];

/** What a figure is made of. */
export interface FigureOptions {
  data: Traces;
  title?: string;
  x?: string | AxisOptions;
  y?: string | AxisOptions;
  /** Anything of Plotly's layout; it wins over the house style. */
  layout?: Layout;
  /** What the figure shows, in words and numbers. Default: a description of its traces. */
  alt?: string;
  frames?: Frame[];
  config?: Record<string, unknown>;
}

/** A Plotly figure's specification: plain JSON. */
export interface FigureSpec {
  data: Trace[];
  layout: Layout;
  frames?: Frame[];
  config: Record<string, unknown>;
}

/**
 * A figure that shows itself: Plotly's JSON, a static image (SVG) drawn by Plotly as well, and text.
 *
 * @example
 * const curve = q.plot.line([0, 1], [0.2, 0.9], { name: "QAT" });
 * new q.plot.Figure({ data: [curve], x: "epoch", y: "accuracy" }).alt; // "QAT: 2 values from 0.2 to 0.9, the last 0.9"
 */
export class Figure {
  readonly spec: FigureSpec;
  readonly alt: string;

  constructor(options: FigureOptions) {
    const { data, title, x, y, layout = {}, alt, frames, config = {} } = options ?? {};
    const traces = flatten(data);
    // A matrix has rows and columns, its first row on top; its axes count, they don't measure.
    const matrix = traces.some(({ type }) => type === "heatmap");
    const xaxis = { ...(x && axis(x)), ...(matrix && { type: "category" }) };
    const yaxis = {
      ...(y && axis(y)),
      ...(matrix && { type: "category", autorange: "reversed" }),
    };
    const separated = separateLabels(
      placeLabels(traces, isReversed({ ...xaxis, ...(layout.xaxis as object) })),
    );
    const named = traces.filter(({ mode }) => mode?.includes("text"));
    // Bars have no end to write a name at.
    const showlegend = traces.filter(({ type, name }) => type === "bar" && name).length > 1;
    this.spec = plainDeep({
      data: separated,
      layout: {
        template,
        ...(showlegend && { showlegend }),
        ...(title && { title: { text: title } }),
        xaxis,
        yaxis,
        ...layout,
        margin: {
          ...template.layout.margin,
          ...roomForLabels(named),
          ...(showlegend && { t: 68 }), // the legend stands between title and plot
          ...layout.margin,
        },
      },
      ...(frames && { frames }),
      config: { responsive: true, displaylogo: false, ...config },
    }) as FigureSpec;
    this.alt = alt ?? [title, describe(this.spec.data)].filter(Boolean).join(". ");
  }

  /** The whole bundle, once its static image is drawn; without it if that fails, with a line why. */
  async [displaySymbol](): Promise<MimeBundle> {
    return withImage(this);
  }

  /** The bundle without its static image. */
  [earlySymbol](): MimeBundle {
    return { [plotlyType]: this.spec, "text/plain": this.alt };
  }

  /** Stock tslab prints a last expression: there the figure is shown by the printing. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    if (findHost().name === "tslab") display(this);
    return this.alt;
  }
}

/** The marks of a figure, in one list. */
function flatten(data: unknown): Trace[] {
  const traces = Array.isArray(data) ? data.flat(Number.POSITIVE_INFINITY) : [data];
  const wrong = traces.findIndex((trace) => typeof trace !== "object" || trace === null);
  if (Array.isArray(data) && wrong < 0) return traces;
  const given = wrong < 0 ? "one mark, not a list" : String(traces[wrong]);
  throw new TypeError(
    `invalid data: ${given} (expected a list of marks, as in { data: [q.plot.line([1, 2], [3, 4])] })`,
  );
}

/**
 * A {@link Figure} from its traces, axes and words.
 *
 * @param options `data`, the marks; `title`, `x` and `y` in words, `layout`, `alt`, all optional
 * @throws TypeError for data that aren't a list of marks
 * @example
 * q.plot.figure({ data: [q.plot.line([1, 2], [3, 4])] }).alt; // "scatter 1: 2 values from 3 to 4, the last 4"
 */
export function figure(options: FigureOptions): Figure {
  return new Figure(options);
}

/** A figure's bundle with its static image. */
export async function withImage(shown: Figure): Promise<MimeBundle> {
  const bundle = shown[earlySymbol]();
  try {
    return { ...bundle, "image/svg+xml": await drawStatic(shown.spec, shown.alt) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...bundle, "text/plain": `${shown.alt}\n(without a static image: ${why})` };
  }
}

function isReversed(xaxis: object): boolean {
  const { range, autorange } = xaxis as { range?: number[]; autorange?: unknown };
  return autorange === "reversed" || (range !== undefined && range[0]! > range[1]!);
}

/** Names at the lines' right ends need room beside the plot. */
function roomForLabels(named: Trace[]): { r?: number } {
  const longest = Math.max(0, ...named.map((trace) => (trace.name ?? "").length));
  return longest > 0 ? { r: Math.min(200, 24 + longest * 7) } : {};
}
