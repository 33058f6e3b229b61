import type { IntegerOp } from "../program/index.js";

/** A program of integers or of floats. */
interface Program {
  readonly tensors: readonly unknown[];
  readonly ops: readonly IntegerOp[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly layers?: Readonly<Record<string, number>>;
}

/**
 * A program without transpositions that nothing reads, as those between two layers whose channels come first. The name of
 * a layer whose output was such a transposition stands for the tensor that was transposed.
 */
export function withoutIdle<P extends Program>(program: P): P {
  const idle = idleTransposition(program);
  if (!idle) return program;
  const { ops, tensors, inputs, outputs, layers } = program;
  const [source] = idle.inputs as [number];
  const moved = (index: number) => (index > idle.output ? index - 1 : index);
  return withoutIdle({
    ...program,
    tensors: tensors.filter((_, i) => i !== idle.output),
    ops: ops
      .filter((op) => op !== idle)
      .map((op) => ({ ...op, inputs: op.inputs.map(moved), output: moved(op.output) })),
    inputs: inputs.map(moved),
    outputs: outputs.map(moved),
    ...(layers && {
      layers: Object.fromEntries(
        Object.entries(layers).map(([name, tensor]) => [
          name,
          moved(tensor === idle.output ? source : tensor),
        ]),
      ),
    }),
  });
}

function idleTransposition({ ops, outputs }: Program): IntegerOp | undefined {
  const read = new Set([...outputs, ...ops.flatMap(({ inputs }) => inputs)]);
  return ops.find(({ type, output }) => type === "transpose" && !read.has(output));
}
