import { checkOptions } from "../../arguments/index.js";
import { type CodebookFormat, namedCodebook } from "./codebook.js";

/** The values of QLoRA's appendix E, as bitsandbytes has them in float32. */
const table = [
  -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
  -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
  0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
  0.7229568362236023, 1.0,
];

/** Options of {@link nf4}. */
export interface Nf4Options {
  /** How many values share a scale. Default 64. */
  groupSize?: number;
  /** The axis along which the values of a group follow each other. Default −2, the inputs of a kernel; −1 for activations. */
  axis?: -1 | -2;
}

/**
 * NormalFloat with 4 bits: 16 values that are quantiles of a Gaussian, 0 among them, times the largest
 * size of each group of values that follow each other along the input axis. Dettmers et al. 2023 (QLoRA),
 * arXiv:2305.14314, section 3 and appendix E. Scales are float32, not quantized once more.
 *
 * @throws RangeError if the size or the axis is invalid
 * @example
 * q.nf4().values.length; // 16
 * q.fakeQuantize([-2, 0.1, 0.5, 2], q.nf4({ groupSize: 4 })); // [ -2, 0.1592, 0.4922, 2 ]
 */
export function nf4(options: Nf4Options = {}): CodebookFormat {
  checkOptions<Nf4Options>("q.nf4", options, { groupSize: true, axis: true });
  const { groupSize = 64, axis } = options;
  return namedCodebook(
    table,
    { name: "nf4", scale: "absmax", per: "group", groupSize, axis },
    true,
  );
}
