import { nudge } from "../../tensorflow/index.js";
import { checkFormat, type IntegerFormat } from "../formats/integer.js";
import { gridRange, opCodes } from "./grid.js";
import { checkRange, list, type ValueRange } from "./range.js";

/** The grid of a format over a range; each list has one entry, or one for each channel. */
export interface Affine {
  /** The distance of neighbouring values; float32. */
  scale: Float32Array;
  /** The code of the value 0. */
  zeroPoint: Int32Array;
  /** The values of the smallest and the largest code; float32. */
  min: Float32Array;
  max: Float32Array;
}

/**
 * Scale and zero point of a format over a range: value = scale · (code − zeroPoint).
 *
 * They are those of TensorFlow's FakeQuant ops, which move the range until 0 has a code of its own;
 * code that stores a scale (integer inference, a file) must take this scale, since about every tenth
 * float32 scale doesn't survive the way through (min, max) and back.
 * Jacob et al. 2018, arXiv:1712.05877, section 2.1 and equation 13.
 *
 * @param range `min` and `max`: numbers, or one for each channel; 0 lies between them
 * @returns arrays of one entry, or of one for each channel
 * @throws TypeError if `format` isn't an integer format or `range` isn't a range; RangeError if the ends aren't
 *   finite, or if 0 doesn't lie between them
 * @example
 * q.affine(q.uint(2), { min: 0, max: 6 }).scale; // Float32Array(1) [ 2 ]
 * q.affine(q.uint(2), { min: -2, max: 4 }).zeroPoint; // Int32Array(1) [ 1 ]
 */
export function affine(format: IntegerFormat, range: ValueRange): Affine {
  checkFormat(format);
  checkRange(range);
  const min = list(range.min)!;
  const max = list(range.max)!;
  const [first, last] = opCodes(format);
  const offset = format.smallest - first;
  const grids = Array.from(min, (low, i) => {
    const range = gridRange(low, max[i]!, format);
    return nudge(range.min, range.max, first, last);
  });
  return {
    scale: Float32Array.from(grids, (grid) => grid.scale),
    zeroPoint: Int32Array.from(grids, (grid) => grid.zeroPoint + offset),
    min: Float32Array.from(grids, (grid) => grid.min),
    max: Float32Array.from(grids, (grid) => grid.max),
  };
}
