import { shortNumber } from "../display/index.js";
import type { TensorQuantizer } from "./tensorQuantizer.js";

type Described = Pick<
  TensorQuantizer,
  "name" | "format" | "estimator" | "fakeQuantizing" | "withoutRange" | "observing"
>;

/** @internal A quantizer in a line: format, range and estimator, and the modes that differ from the usual ones. */
export function textOf(quantizer: Described, extent?: { min: number; max: number }): string {
  const { name, format, estimator, fakeQuantizing, withoutRange, observing } = quantizer;
  const parts = [
    `${name}: ${format}`,
    ...(extent ? [`${shortNumber(extent.min)} to ${shortNumber(extent.max)}`] : []),
    estimator.name,
    ...(fakeQuantizing ? [] : ["off"]),
    ...(withoutRange ? ["in float, since it was always 0"] : []),
    ...(observing ? ["observing"] : []),
  ];
  return parts.join(", ");
}
