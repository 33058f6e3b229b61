import { checkOptions } from "../../arguments/index.js";
import { type Codes, prepareOp, type Step, sizeOf } from "../ops/index.js";
import type { IntegerProgram, IntegerTensor } from "../program/index.js";
import { Memory } from "./memory.js";

/** Runs an integer program on typed arrays. */
export interface Engine {
  /**
   * Runs one example.
   *
   * @param inputs the codes of each input, in the order of the tensor's shape
   * @returns copies of the outputs' codes
   * @throws RangeError if the number of inputs or of codes differs from the program's
   */
  run(inputs: readonly ArrayLike<number>[]): (Int16Array | Int32Array)[];
  /** The codes of any tensor after the last run, as a view that the next run overwrites. */
  codes(tensor: number): Int16Array | Int32Array;
  /**
   * The int32 accumulators, or the int64 ones as whole doubles, of the op at an index of `program.ops`, laid out as the
   * op's output: for ops that sum products, if the engine was made with `accumulators: true`.
   */
  accumulators(op: number): Int32Array | Float64Array | undefined;
}

/** The options of {@link createEngine}. */
export interface EngineOptions {
  /** Whether each op keeps its accumulators. Default: false. */
  readonly accumulators?: boolean;
}

/**
 * Makes an engine for a program: memory for all tensors, and for each op one step that computes what the program's
 * kernel computes, code for code.
 *
 * With `"tflite-reference"` and `"tflite-optimized"` no float operation stands between input and output codes, except
 * where these kernels have one themselves: a dense layer's requantization of `"tflite-reference"` is a product in
 * float64, and `"tflite-optimized"` computes softmax with a float32 table. `"xnnpack"` requantizes with a float32
 * product. Tables are filled from floats when the engine is made, before any input comes.
 *
 * @throws RangeError if the program has an op that its kernel doesn't compute, naming the layer
 */
export function createEngine(program: IntegerProgram, options: EngineOptions = {}): Engine {
  checkOptions("createEngine", options, { accumulators: true });
  const memory = new Memory(program, options.accumulators ?? false);
  const steps: Step[] = program.ops.map((op, index) => prepareOp(op, memory.contextOf(index)));
  return {
    run(inputs) {
      loadInputs(program, memory, inputs);
      for (const step of steps) step();
      return program.outputs.map((output) => visible(memory.codes(output)).slice());
    },
    codes: (tensor) => visible(memory.codes(tensor)),
    accumulators: (op) => memory.kept(op),
  };
}

function loadInputs(
  program: IntegerProgram,
  memory: Memory,
  inputs: readonly ArrayLike<number>[],
): void {
  if (inputs.length !== program.inputs.length) {
    const expected = program.inputs.length;
    throw new RangeError(`invalid inputs: ${inputs.length} (expected ${expected})`);
  }
  for (const [i, tensor] of program.inputs.entries()) {
    checkInput(program.tensors[tensor]!, inputs[i]!);
    memory.codes(tensor).set(inputs[i]!);
  }
}

function checkInput({ name, shape }: IntegerTensor, { length }: ArrayLike<number>): void {
  if (length === sizeOf(shape)) return;
  const expected = `${sizeOf(shape)} codes, as in the shape ${shape.join("×")}`;
  throw new RangeError(`invalid input \`${name}\`: ${length} codes (expected ${expected})`);
}

function visible(codes: Codes): Int16Array | Int32Array {
  if (codes instanceof Float64Array) throw new RangeError("invalid tensor: int64 codes");
  return codes;
}
