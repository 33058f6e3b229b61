import type { FigureSpec } from "../figure.js";
import { gridFrame, gridLayout, type PanelGrid, place, withoutLabels } from "../grid.js";
import { legendRows } from "../layout.js";
import type { Frame, Layout, Trace } from "../trace.js";

/** At most this many states of a slider are drawn in its static image. */
const most = 4;

/** A figure as an image shows it: on white, and without controls; states of a slider stand side by side. */
export function still(spec: FigureSpec): { data: Trace[]; layout: Layout } {
  const { data, layout, frames = [] } = spec;
  const [slider] = (layout.sliders ?? []) as { currentvalue?: { prefix?: string } }[];
  const paper = { paper_bgcolor: "#ffffff", ...layout, sliders: [], updatemenus: [] };
  if (!slider || frames.length < 2 || !fits(frames, layout)) return { data, layout: paper };
  return sideBySide(chosen(frames), paper, slider.currentvalue?.prefix ?? "");
}

/** All states, or the first, the last and two between them. */
function chosen(frames: Frame[]): Frame[] {
  if (frames.length <= most) return frames;
  const last = frames.length - 1;
  return Array.from({ length: most }, (_, i) => frames[Math.round((i * last) / (most - 1))]!);
}

/** Whether the states have one panel each, with axes that the figure's own layout describes. */
function fits(frames: Frame[], layout: Layout): boolean {
  const plain = frames.every(({ data }) =>
    data.every(({ type, xaxis, yaxis }) => type !== "heatmap" && !xaxis && !yaxis),
  );
  return plain && frames[0]!.layout === undefined && layout.yaxis2 === undefined;
}

function sideBySide(frames: Frame[], layout: Layout, prefix: string): FigureSpecParts {
  const grid: PanelGrid = {
    names: frames.map(({ name }) => `${prefix}${name}`),
    columns: frames.length === most ? 2 : frames.length,
  };
  const marks = frames.map(({ data }) => withoutLabels(data));
  const names = new Set(marks.flat().map(({ name }) => name || ""));
  const seen = new Set<string>();
  const data = marks.flatMap((traces, i) =>
    place(
      traces.map((trace) => listed(trace, seen)),
      i,
    ),
  );
  const { height: _height, margin: _margin, annotations: _notes, ...rest } = layout;
  const axes = [layout.xaxis, layout.yaxis] as Record<string, unknown>[];
  return {
    data,
    layout: {
      ...rest,
      ...gridLayout(grid, axes[0] ?? {}, axes[1] ?? {}),
      ...gridFrame(grid, names.size > 1 ? legendRows(data) : 0),
    },
  };
}

interface FigureSpecParts {
  data: Trace[];
  layout: Layout;
}

/** A mark whose name is in the legend once. */
function listed(trace: Trace, seen: Set<string>): Trace {
  const name = trace.name ?? "";
  const first = name !== "" && !seen.has(name);
  seen.add(name);
  return { ...trace, showlegend: first };
}
