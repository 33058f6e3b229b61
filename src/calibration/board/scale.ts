import { shortNumber } from "../../display/index.js";
import type { Samples } from "../histogram/samples.js";
import type { Marked } from "./thresholdFigure.js";

/** Where a value stands on the figure's horizontal axis, and the numbers that are written there. */
export interface Scale {
  at(value: number): number;
  /** Plotly's keys of the axis. */
  axis: Record<string, unknown>;
  title: string;
}

/** A range this many times as wide as the narrowest squeezes that into a few pixels. */
const squeezed = 5;

/**
 * The scale of values and their ranges: linear, or, where the narrow ranges would lie on each other, linear near 0 and
 * logarithmic beyond (asinh, which holds 0 and both signs).
 */
export function scaleOf({ min, max }: Pick<Samples, "min" | "max">, marks: Marked[]): Scale {
  const reaches = marks.map(({ range }) => Math.max(Math.abs(range.min), Math.abs(range.max)));
  const narrow = Math.min(...reaches.filter((reach) => reach > 0));
  const widest = Math.max(Math.abs(min), Math.abs(max), ...reaches);
  if (reaches.length < 2 || !(widest > squeezed * narrow)) {
    return { at: (value) => value, axis: {}, title: "value" };
  }
  const unit = narrow / 2;
  const at = (value: number) => Math.asinh(value / unit);
  const lowest = Math.min(min, ...marks.map(({ range }) => range.min));
  const numbers = ticks(lowest, widest, unit, at);
  return {
    at,
    axis: { tickvals: numbers.map(at), ticktext: numbers.map(shortNumber) },
    title: "value (logarithmic far from 0)",
  };
}

/** Round numbers, as many as stand clear of each other. */
function ticks(lowest: number, widest: number, unit: number, at: Scale["at"]): number[] {
  const room = (at(widest) - at(Math.min(lowest, 0))) / 14;
  const kept = [0];
  let last = 0;
  for (let power = Math.floor(Math.log10(unit)); 10 ** power <= widest; power++) {
    for (const digit of [1, 2, 5]) {
      const value = Number((digit * 10 ** power).toPrecision(1));
      if (value > widest || at(value) - at(last) < room) continue;
      last = value;
      kept.push(value);
      if (-value >= lowest) kept.unshift(-value);
    }
  }
  return kept;
}
