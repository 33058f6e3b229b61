import { drawStatic } from "#door/plot/static/client";
import { checkOptions } from "../arguments/index.js";
import { displaySymbol, earlySymbol, type MimeBundle, showWherePrinted } from "../display/index.js";
import { darkShades, readableNotes, readableText } from "./adapt.js";
import { spreadLabels } from "./crowd.js";
import { describe } from "./describe.js";
import { withoutLabels } from "./grid.js";
import { hover } from "./hover.js";
import { arrange } from "./labels.js";
import { layoutOf, type Words } from "./layout.js";
import { liftLevels } from "./levels.js";
import { type Frame, flatten, type Layout, plainDeep, type Trace, type Traces } from "./trace.js";

/** The MIME type of a Plotly figure as JSON. */
export const plotlyType = "application/vnd.plotly.v1+json";

/** Options of {@link Figure}. */
export interface FigureOptions extends Words {
  data: Traces;
  /** Any keys of Plotly's layout; they override the house style. */
  layout?: Layout;
  /**
   * The text alternative: the content of the figure, in words and numbers. Default: a description of its
   * traces.
   */
  alt?: string;
  frames?: Frame[];
  config?: Record<string, unknown>;
  /**
   * Whether the names of the marks stand in a legend, and not at the ends of lines. Default: a legend where bars or panels
   * need one.
   */
  legend?: boolean;
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
 * q.plot.figure({ data: [curve], x: "epoch", y: "accuracy" }).alt; // "QAT: 2 values from 0.2 to 0.9, the last 0.9"
 */
export class Figure {
  readonly spec: FigureSpec;
  readonly alt: string;

  /** @throws TypeError for an option that a figure doesn't have, or if `data` is not a list of marks */
  constructor(options: FigureOptions) {
    checkOptions<FigureOptions>("q.plot.figure", options, {
      data: true,
      layout: true,
      alt: true,
      frames: true,
      config: true,
      legend: true,
      title: true,
      x: true,
      y: true,
      x2: true,
      y2: true,
      panels: true,
    });
    const { data, alt, frames, config = {}, legend, ...words } = options ?? {};
    const named = (marks: Trace[]) => (legend ? withoutLabels(marks) : marks);
    const traces = named(flatten(data));
    const given = legend === undefined ? {} : { showlegend: legend };
    const layout = layoutOf(traces, words, { ...given, ...words.layout });
    const draw = (marks: Trace[]) =>
      readableText(arrange(words.panels ? withoutLabels(marks) : named(marks), layout)).map(
        (trace) => hover(trace, words),
      );
    const moving = frames?.map((frame) => ({ ...frame, data: draw(flatten(frame.data)) }));
    const drawn = moving ? { data: draw(traces), layout } : standing(draw(traces), layout);
    const noted = readableNotes(drawn.layout);
    const marks = [drawn.data, ...(moving ?? []).map(({ data }) => data)].flat();
    const dark = darkShades([...marks, ...list(noted.annotations), ...list(noted.shapes)]);
    this.spec = plainDeep({
      data: drawn.data,
      layout: {
        ...noted,
        ...(Object.keys(dark).length > 0 && { meta: { dark, ...Object(noted.meta) } }),
      },
      ...(moving && { frames: moving }),
      config: { responsive: true, displaylogo: false, ...config },
    }) as FigureSpec;
    const end = /[.?!]$/.test(words.title ?? "") ? " " : ". ";
    this.alt = alt ?? [words.title, describe(this.spec.data)].filter(Boolean).join(end);
  }

  /**
   * The whole bundle, once its static image is drawn. If drawing fails, the bundle has no image, and a line
   * of its text says why.
   */
  async [displaySymbol](): Promise<MimeBundle> {
    return withImage(this);
  }

  /** @internal The bundle without its static image. */
  [earlySymbol](): MimeBundle {
    return { [plotlyType]: this.spec, "text/plain": this.alt };
  }

  /** Stock tslab prints a cell's last expression, so there the printing shows the figure. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    showWherePrinted(this);
    return this.alt;
  }
}

/**
 * A {@link Figure} from its traces, axes and words.
 *
 * @throws TypeError if `data` is not a list of marks
 * @example
 * q.plot.figure({ data: [q.plot.line([1, 2], [3, 4])] }).alt; // "line: 2 values from 3 to 4, the last 4"
 */
export function figure(options: FigureOptions): Figure {
  return new Figure(options);
}

/** Marks of a figure that doesn't move, with levels from edge to edge and names that don't lie on each other. */
function standing(marks: Trace[], layout: Layout): { data: Trace[]; layout: Layout } {
  const lifted = liftLevels(marks, layout);
  const { traces, layout: spread } = spreadLabels(lifted.data, lifted.layout);
  return { data: traces, layout: spread };
}

function list(value: unknown): object[] {
  return Array.isArray(value) ? value : [];
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
