import {
  createEngine,
  type IntegerProgram,
  type IntegerTensor,
  type MeanOp,
} from "../../../integer/index.js";
import type { Writer } from "../writer.js";

/** @internal A function from sums to codes that never falls. */
export interface CodeSteps {
  /** The code of the smallest sum. */
  readonly smallest: number;
  /** For each larger code the smallest sum that has it. */
  readonly thresholds: Int32Array;
}

/** The number of codes that a sum has, and how many sums the engine is given at a time. */
interface Sizes {
  readonly count: number;
  readonly columns: number;
}

/** @internal The steps of an op, found by bisection with the engine. */
export function codeSteps(op: MeanOp, sizes: Sizes, writer: Writer): CodeSteps {
  const codesOf = engineOfSums(op, sizes, writer);
  const [least, most] = [-128 * sizes.count, 127 * sizes.count];
  const ends = codesOf(Int32Array.of(least, most));
  const [smallest, largest] = [ends[0]!, ends[1]!];
  const low = new Int32Array(largest - smallest).fill(least);
  const high = new Int32Array(largest - smallest).fill(most);
  // The code of the sum `low` is less than that of the step; the code of `high` is at least as large.
  for (let rest = most - least; rest > 1; rest = Math.ceil(rest / 2)) {
    const middle = low.map((from, k) => Math.floor((from + high[k]!) / 2));
    const codes = codesOf(middle);
    for (const [k, sum] of middle.entries()) {
      if (codes[k]! < smallest + 1 + k) low[k] = sum;
      else high[k] = sum;
    }
  }
  return { smallest, thresholds: high };
}

/** The engine's codes of sums: each sum is a column of codes, as even as can be. */
function engineOfSums(op: MeanOp, { count, columns }: Sizes, writer: Writer) {
  const engine = createEngine(programOf(op, { count, columns }, writer));
  return (sums: Int32Array): Int16Array => {
    const results = new Int16Array(sums.length);
    const codes = new Int16Array(count * columns);
    for (let first = 0; first < sums.length; first += columns) {
      const some = sums.subarray(first, first + columns);
      for (const [column, sum] of some.entries()) {
        const floor = Math.floor(sum / count);
        const more = sum - floor * count;
        for (let i = 0; i < count; i++) codes[i * columns + column] = floor + (i < more ? 1 : 0);
      }
      const [all] = engine.run([codes]);
      for (const column of some.keys()) results[first + column] = all![column]!;
    }
    return results;
  };
}

/** The op for columns of codes; a mean over height and width stays one, since some kernels compute it in another way. */
function programOf(op: MeanOp, { count, columns }: Sizes, writer: Writer): IntegerProgram {
  const [input, output] = [op.inputs[0]!, op.output].map((index) => writer.tensor(index));
  const isImage = input!.shape.length === 4 && String(op.axes.toSorted()) === "1,2";
  const axes = isImage ? [1, 2] : [1];
  const x: IntegerTensor = {
    ...input!,
    shape: isImage ? [1, count, 1, columns] : [1, count, columns],
  };
  const kept = op.keepDims && isImage;
  const y: IntegerTensor = { ...output!, shape: kept ? [1, 1, 1, columns] : [1, columns] };
  return {
    name: op.layer,
    kernel: writer.kernel,
    tensors: [x, y],
    ops: [{ ...op, axes, keepDims: kept, inputs: [0], output: 1 }],
    inputs: [0],
    outputs: [1],
  };
}
