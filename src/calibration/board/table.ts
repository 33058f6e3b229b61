import type { DataFrame } from "danfojs-node";
import { affine, type IntegerFormat } from "../../quantizers/index.js";
import { dataFrame } from "../../report/index.js";
import type { Samples } from "../histogram/samples.js";
import { squaredError } from "../methods/search.js";
import type { Marked } from "./thresholdFigure.js";

/** @internal Ranges with their scale, the share of values that they clip, and the SQNR. */
export function rangeTable(samples: Samples, marks: Marked[], format: IntegerFormat): DataFrame {
  const energy = total(samples, (value) => value * value);
  const size = total(samples, () => 1);
  return dataFrame(
    marks.map(({ name, range }) => {
      const outside = (value: number) => Number(value < range.min || value > range.max);
      return {
        method: name,
        min: rounded(range.min),
        max: rounded(range.max),
        scale: rounded(affine(format, range).scale[0]!),
        "clipped (%)": rounded((100 * total(samples, outside)) / size),
        "SQNR (dB)": Number(
          (10 * Math.log10(energy / squaredError(samples, format, range))).toFixed(2),
        ),
      };
    }),
  );
}

function total({ values, counts }: Samples, of: (value: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (counts ? counts[i]! : 1) * of(values[i]!);
  return sum;
}

/** A number with five digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
