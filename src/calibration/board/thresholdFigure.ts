import { shortNumber } from "../../display/index.js";
import { axis, colorOf, colors, Figure, line, type Trace } from "../../plot/index.js";
import type { Histogram } from "../histogram/histogram.js";
import type { Samples } from "../histogram/samples.js";
import { type Scale, scaleOf } from "./scale.js";

/** A range to mark, with its name; the name's first word is a method's, which has a colour. */
export interface Marked {
  name: string;
  range: { min: number; max: number };
}

/** How many bins lie between the ends at least; there are at most twice as many. */
const fewest = 96;
/** Where the axis of counts starts: below one value in a bin. */
const floor = 0.6;

/**
 * @internal
 * How often the values of each bin occurred, on a logarithmic axis, with the ends of ranges as upright lines.
 * Each range has its name at its upper end; a line is taller the further left that end is, so that no line
 * crosses a name.
 */
export function thresholdFigure(title: string, histogram: Histogram, marks: Marked[]): Figure {
  const samples = histogram.samples();
  const scale = scaleOf(samples, marks);
  const bins = scale.title === "value" ? countedBins(samples) : scaledBins(samples, scale);
  const top = Math.max(1, ...bins.counts);
  const fromLeft = marks.toSorted((a, b) => a.range.max - b.range.max);
  return new Figure({
    title,
    data: [bars(bins), ...fromLeft.flatMap((mark, i) => lines(mark, i, marks.length, top, scale))],
    layout: {
      bargap: 0,
      xaxis: { ...axis(scale.title), ...scale.axis },
      yaxis: {
        ...axis({ title: "values in a bin", log: true, range: [floor, top * 2] }),
        dtick: 1,
      },
    },
    alt: [title, inWords(samples, histogram.size), ...marks.map(markInWords)].join(". "),
  });
}

interface Bins {
  middles: number[];
  counts: number[];
  width: number;
  /** The mean of the values in each bin, where the middle isn't a value. */
  means?: number[];
}

/**
 * The bins of the figure. Their width is a power of two, as in the histogram, whose bins thus fall whole into
 * them.
 */
function countedBins({ values, counts, min, max }: Samples): Bins {
  if (values.length === 0) return { middles: [], counts: [], width: 1 };
  const width = 2 ** Math.floor(Math.log2((max - min || 1) / fewest));
  const first = Math.floor(min / width);
  const heights = new Float64Array(Math.floor(max / width) - first + 1);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor(values[i]! / width) - first;
    heights[Math.min(Math.max(bin, 0), heights.length - 1)]! += counts ? counts[i]! : 1;
  }
  return {
    middles: Array.from(heights, (_, i) => (first + i + 0.5) * width),
    counts: Array.from(heights),
    width,
  };
}

/** Bins of one width on the figure's axis, where it isn't linear; the histogram's bins are much narrower. */
function scaledBins({ values, counts, min, max }: Samples, { at }: Scale): Bins {
  const width = (at(max) - at(min)) / fewest;
  const heights = new Float64Array(fewest);
  const sums = new Float64Array(fewest);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.min(Math.max(Math.floor((at(values[i]!) - at(min)) / width), 0), fewest - 1);
    const count = counts ? counts[i]! : 1;
    heights[bin]! += count;
    sums[bin]! += count * values[i]!;
  }
  return {
    middles: Array.from(heights, (_, i) => at(min) + (i + 0.5) * width),
    counts: Array.from(heights),
    width,
    means: Array.from(sums, (sum, i) => (heights[i]! > 0 ? sum / heights[i]! : 0)),
  };
}

function bars({ middles, counts, width, means = middles }: Bins): Trace {
  return {
    type: "bar",
    x: middles,
    y: counts,
    width: middles.map(() => width),
    marker: { color: colors.float, opacity: 0.5, line: { width: 0 } },
    customdata: means,
    hovertemplate: "%{y} values near %{customdata:.3~r}<extra></extra>",
  };
}

function lines(
  { name, range }: Marked,
  index: number,
  of: number,
  top: number,
  scale: Scale,
): Trace[] {
  const color = colorOf(name.split(" ")[0]!, index);
  // The heights lie at equal distances on the logarithmic axis, from its top down, a line of text apart or more.
  const height = top ** (1 - (0.75 * index) / Math.max(4, of));
  const at = (value: number, label: string) => ({
    ...line([scale.at(value), scale.at(value)], [floor, height], { name: label, color }),
    hovertemplate: `${name}: ${shortNumber(value)}<extra></extra>`,
  });
  const upper = { ...at(range.max, name), mode: "lines+text" };
  return range.min === 0 || range.min === range.max ? [upper] : [at(range.min, ""), upper];
}

function inWords({ min, max }: Samples, size: number): string {
  if (size === 0) return "No values yet";
  return `${shortNumber(size)} values from ${shortNumber(min)} to ${shortNumber(max)}`;
}

function markInWords({ name, range }: Marked): string {
  return `${name}: ${shortNumber(range.min)} to ${shortNumber(range.max)}`;
}
