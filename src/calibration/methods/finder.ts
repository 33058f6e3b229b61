import type { IntegerFormat } from "../../quantizers/index.js";
import type { Samples } from "../histogram/samples.js";

/** The range that a method finds for samples, of which there is at least one. */
export type Finder = (samples: Samples, format: IntegerFormat) => { min: number; max: number };
