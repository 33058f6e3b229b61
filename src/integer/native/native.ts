import { tf } from "../../tensorflow/index.js";
import { createEngine } from "../engine/index.js";
import type { IntegerOp, IntegerProgram } from "../program/index.js";
import { exactBelow, isSum, largestSum } from "./bound.js";
import { moveStep } from "./moves.js";
import { type Keep, type NativeStep, sumStep } from "./sums.js";

/** A twin of the engine that runs whole batches. */
export interface NativeEngine {
  /**
   * Runs a batch.
   *
   * @param inputs the codes of each input, float32 `[n, …]`; they aren't disposed
   * @returns the codes of the outputs, float32; the caller disposes them
   */
  run(inputs: readonly tf.Tensor[]): tf.Tensor[];
  /** The layers whose ops run in TensorFlow; the others run on typed arrays. */
  readonly layers: readonly string[];
  dispose(): void;
}

/**
 * Makes a twin of the engine that keeps codes as float32 tensors and has TensorFlow sum them. Sums of whole numbers are
 * exact in float32 while they stay below 2²⁴ in size. Each op is taken over only if the largest sum that its weights
 * can make is smaller; all others run on typed arrays, example by example.
 *
 * @throws RangeError if the program's kernel isn't `"xnnpack"`, whose requantization is a float32 product
 */
export function createNativeEngine(program: IntegerProgram): NativeEngine {
  if (program.kernel !== "xnnpack") {
    throw new RangeError(
      `invalid kernel: ${program.kernel} (expected xnnpack, whose requantization TensorFlow can compute; leave native out with this kernel)`,
    );
  }
  const kept: tf.Tensor[] = [];
  const keep: Keep = (tensor) => {
    kept.push(tf.keep(tensor));
    return tensor;
  };
  const native: string[] = [];
  const steps = program.ops.map((op) => {
    const step = nativeStep(program, op, keep);
    if (step) native.push(op.layer);
    return { op, step: step ?? arrayStep(program, op) };
  });
  return {
    layers: [...new Set(native)],
    run: (inputs) =>
      tf.tidy(() => {
        const values = new Map(program.inputs.map((input, i) => [input, inputs[i]!]));
        for (const { op, step } of steps) {
          const reads = op.inputs.flatMap((input) => values.get(input) ?? []);
          values.set(op.output, step(reads));
        }
        return program.outputs.map((output) => values.get(output)!.clone());
      }),
    dispose: () => {
      for (const tensor of kept) tensor.dispose();
    },
  };
}

function nativeStep(program: IntegerProgram, op: IntegerOp, keep: Keep): NativeStep | undefined {
  if (!isSum(op)) return moveStep(program, op);
  const { type } = program.tensors[op.inputs[0]!]!;
  if (type !== "int8" || largestSum(program, op) >= exactBelow) return undefined;
  return sumStep(program, op, keep);
}

/** An op on typed arrays, example by example. */
function arrayStep(program: IntegerProgram, op: IntegerOp): NativeStep {
  const inputs = op.inputs.filter((input) => input >= 0 && !program.tensors[input]!.codes);
  const engine = createEngine({ ...program, ops: [op], inputs, outputs: [op.output] });
  const [, ...sizes] = program.tensors[op.output]!.shape;
  const size = sizes.reduce((a, b) => a * b, 1);
  return (tensors) => {
    const codes = tensors.map((tensor) => tensor.dataSync());
    const count = tensors[0]!.shape[0]!;
    const results = new Float32Array(count * size);
    for (let example = 0; example < count; example++) {
      const [output] = engine.run(
        codes.map((all) => {
          const length = all.length / count;
          return all.subarray(example * length, (example + 1) * length);
        }),
      );
      results.set(output!, example * size);
    }
    return tf.tensor(results, [count, ...sizes]);
  };
}
