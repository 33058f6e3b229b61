import { checkOptions } from "../arguments/index.js";
import { colors } from "./theme.js";
import { type Frame, flatten, type Layout, type Trace, type Traces } from "./trace.js";

/** The parts of a figure that a slider moves: pass them to `figure` with `...`. */
export interface Slides {
  data: Trace[];
  frames: Frame[];
  layout: Layout;
}

/** Options of {@link slider}. */
export interface SliderOptions {
  /** The index of the value that is shown first. Default 0. */
  start?: number;
}

/**
 * A slider over figures drawn in advance, so that it works without a kernel, on a static page too.
 * Each value must draw the same number of traces.
 *
 * @param draw the marks for a value
 * @throws RangeError if there are no values, or if `start` is not an index of a value
 * @example
 * const codes = (bits: number) => [q.plot.line([1, bits], [2, 2 ** bits])];
 * q.plot.slider("bits", [2, 3, 4], codes).frames.length; // 3 (pass it on: q.plot.figure({ ...slides }))
 */
export function slider<T extends string | number>(
  title: string,
  values: T[],
  draw: (value: T) => Traces,
  options: SliderOptions = {},
): Slides {
  checkOptions<SliderOptions>("q.plot.slider", options, { start: true });
  const { start = 0 } = options;
  if (values.length === 0) throw new RangeError("invalid values: none (expected at least one)");
  if (!(start in values)) {
    throw new RangeError(
      `invalid start: ${start} (expected an index from 0 to ${values.length - 1})`,
    );
  }
  const frames = values.map((value) => ({ name: String(value), data: flatten(draw(value)) }));
  const steps = frames.map(({ name }) => ({
    label: name,
    method: "animate",
    args: [
      [name],
      { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } },
    ],
  }));
  const control = { active: start, currentvalue: { prefix: `${title}: ` }, pad: { t: 40 }, steps };
  const onAnyPage = {
    bgcolor: "#b0b0b0",
    activebgcolor: colors.float,
    bordercolor: colors.float,
    tickcolor: colors.float,
  };
  return {
    data: frames[start]!.data,
    frames,
    layout: { sliders: [{ ...control, ...onAnyPage }], height: 430, margin: { b: 120 } },
  };
}
