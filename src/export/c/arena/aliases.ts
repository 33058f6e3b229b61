import type { IntegerOp, IntegerProgram } from "../../../integer/index.js";
import { sizeOf } from "../sizes.js";

/** The ops whose output may take the place of their input: each code depends on the code at the same index only. */
const inPlace = new Set<IntegerOp["type"]>([
  ...(["reshape", "table", "hardSwish", "leakyRelu", "relu", "quantize"] as const),
  ...(["add", "subtract", "multiply", "prelu", "maximum", "minimum"] as const),
]);

/**
 * @internal
 * For each tensor the tensor whose memory it shares, or itself: an op that works in place writes over an input that
 * nothing reads afterwards, and a reshaped tensor is its input.
 */
export function aliasesOf({ ops, tensors, inputs, outputs }: IntegerProgram): number[] {
  const lastRead = new Map<number, number>();
  for (const [index, op] of ops.entries()) {
    for (const input of op.inputs) lastRead.set(input, index);
  }
  const home = tensors.map((_, index) => index);
  const fixed = new Set([...inputs, ...tensors.flatMap((tensor, i) => (tensor.codes ? [i] : []))]);
  // Where a model's output is, the caller reads it when all ops have run.
  const kept = new Set(outputs);
  for (const [index, op] of ops.entries()) {
    if (!inPlace.has(op.type)) continue;
    const candidate = op.inputs.find(
      (input) =>
        input >= 0 &&
        !fixed.has(home[input]!) &&
        !kept.has(home[input]!) &&
        !sharers(home, input).some((tensor) => kept.has(tensor)) &&
        sharers(home, input).every((tensor) => (lastRead.get(tensor) ?? -1) <= index) &&
        tensors[input]!.type === tensors[op.output]!.type &&
        sizeOf(tensors[input]!) === sizeOf(tensors[op.output]!),
    );
    if (candidate !== undefined) home[op.output] = home[candidate]!;
  }
  return home;
}

/** The tensors that share a tensor's memory. */
function sharers(home: readonly number[], tensor: number): number[] {
  return home.flatMap((place, index) => (place === home[tensor] ? [index] : []));
}
