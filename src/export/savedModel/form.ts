import { checkChoice } from "../../arguments/index.js";
import { coveringRange, uint } from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import { checkConvertible } from "./convertible.js";
import type { OutputRange } from "./rewrite/outputs.js";
import type { Form } from "./rewrite/simplify.js";

/** The options of {@link savedModel} that say which program reads the model. */
export interface ReaderOptions {
  /**
   * `"tfliteConverter"` writes the model for Python's `tf.lite.TFLiteConverter` with `Optimize.DEFAULT`. The converter
   * fails on dense kernels with a scale for each channel; they become convolutions with windows of 1 × 1, whose sums
   * may differ in the last bits. A layer that the converter has no 8-bit form for is refused. Default: the model's
   * ops as they are, which the converter takes too if no dense kernel has several scales.
   */
  for?: "tfliteConverter";
  /**
   * With `for: "tfliteConverter"`: the range of each output of the model, as in `[{ min: -12, max: 9 }]`. The outputs
   * are rounded to 8 bits in their range, so that the last layer computes in integers as well. Default: the outputs,
   * and the layer that computes them, stay in float.
   */
  outputRanges?: OutputRange[];
}

const example = 'q.export.savedModel(model, "exported", { for: "tfliteConverter" })';

/**
 * @internal
 * The form of the graph that the options ask for.
 *
 * @throws TypeError if no form is known for the program, or if it can't read a layer; RangeError if the ranges don't
 *   belong to the model's outputs
 */
export function formFor(
  model: tf.LayersModel,
  { for: program, outputRanges }: ReaderOptions,
): Form {
  if (program !== undefined) {
    checkChoice("for", program, ["tfliteConverter"], { example });
    checkConvertible(model);
  } else if (outputRanges !== undefined) {
    throw new TypeError(
      `invalid outputRanges: they need a converter (expected ${example.replace(" }", ", outputRanges }")})`,
    );
  }
  const tflite = program === "tfliteConverter";
  return { tflite, outputRanges: outputRanges ? coveringRanges(model, outputRanges) : [] };
}

function coveringRanges({ outputs }: tf.LayersModel, ranges: OutputRange[]): OutputRange[] {
  const count = Array.isArray(ranges) ? `${ranges.length} ranges` : String(ranges);
  if (ranges.length !== outputs.length || !Array.isArray(ranges)) {
    throw new RangeError(
      `invalid outputRanges: ${count} (expected a range for each of the ${outputs.length} outputs, as in [{ min: -12, max: 9 }])`,
    );
  }
  return ranges.map((range) => coveringRange(uint(8), range));
}
