import { checkCount, complaint } from "../../arguments/index.js";
import {
  createEngine,
  type IntegerProgram,
  type IntegerTensor,
  quantize,
} from "../../integer/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { TestVector } from "./main.js";
import { isIndices } from "./parameters.js";
import { sizeOf } from "./sizes.js";

/** @internal The examples that `main.c` runs: how many of random codes, or values of the model's inputs. */
export type Examples = number | tf.Tensor | readonly tf.Tensor[];

/**
 * @internal
 * The examples' codes, with those that the engine computes of them.
 *
 * @throws TypeError or RangeError if the examples don't fit the model's inputs
 */
export function testVectors(program: IntegerProgram, examples: Examples): TestVector[] {
  const inputs =
    typeof examples === "number" ? drawn(program, examples) : quantized(program, examples);
  const engine = createEngine(program);
  return inputs.map((codes) => ({ inputs: codes, outputs: engine.run(codes) }));
}

const inputsOf = ({ inputs, tensors }: IntegerProgram) => inputs.map((tensor) => tensors[tensor]!);

/** Codes of a linear congruential generator (Numerical Recipes, 2nd edition, section 7.1). */
function drawn(program: IntegerProgram, count: number): Int32Array[][] {
  checkCount("examples", count, { least: 1, most: 1000 });
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const draw = (tensor: IntegerTensor) => {
    const [low, high] = isIndices(tensor, "input") ? [0, 0] : [tensor.smallest, tensor.largest];
    const code = () => low + Math.floor(next() * (high - low + 1));
    return Int32Array.from({ length: sizeOf(tensor) }, code);
  };
  return Array.from({ length: count }, () => inputsOf(program).map(draw));
}

function quantized(program: IntegerProgram, examples: tf.Tensor | readonly tf.Tensor[]) {
  const tensors = (Array.isArray(examples) ? examples : [examples]) as readonly tf.Tensor[];
  const inputs = inputsOf(program);
  const fits = inputs.every(({ shape }, i) => {
    const [count, ...rest] = tensors[i]?.shape ?? [];
    return count !== undefined && count > 0 && String(rest) === String(shape.slice(1));
  });
  if (
    tensors.length !== inputs.length ||
    !fits ||
    new Set(tensors.map((x) => x.shape[0])).size > 1
  ) {
    const value = tensors.map((tensor) => `[${tensor?.shape}]`).join(", ");
    const shapes = inputs.map(({ shape }) => `[n, ${shape.slice(1).join(", ")}]`).join(", ");
    const expected = `a number, or float examples of the shape ${shapes}`;
    throw new TypeError(complaint({ name: "examples", value, expected, example: "examples: 8" }));
  }
  const codes = tensors.map((tensor, i) => quantize(tensor.dataSync(), inputs[i]!, program.kernel));
  return Array.from({ length: tensors[0]!.shape[0]! }, (_, example) =>
    codes.map((all, i) => {
      const size = sizeOf(inputs[i]!);
      return all.subarray(example * size, (example + 1) * size);
    }),
  );
}
