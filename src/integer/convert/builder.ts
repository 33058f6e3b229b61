import type { IntegerOp, IntegerProgram, IntegerTensor } from "../program/index.js";

/** An op of any type, without the tensor that it writes. */
type NewOp<O = IntegerOp> = O extends IntegerOp ? Omit<O, "output"> : never;

/** Collects the tensors and ops of a program. */
export class ProgramBuilder {
  readonly tensors: IntegerTensor[] = [];
  readonly ops: IntegerOp[] = [];
  readonly inputs: number[] = [];
  /** Sentences on conversions that a user wouldn't guess. */
  readonly notes: string[] = [];
  readonly #names = new Set<string>();

  /** Adds a tensor, and returns its index. A name that is taken gets a number. */
  tensor(tensor: IntegerTensor): number {
    let { name } = tensor;
    for (let i = 2; this.#names.has(name); i++) name = `${tensor.name}_${i}`;
    this.#names.add(name);
    return this.tensors.push({ ...tensor, name }) - 1;
  }

  /** Adds an op that writes a new tensor, and returns the tensor's index. */
  op(op: NewOp, output: IntegerTensor): number {
    const index = this.tensor(output);
    this.ops.push({ ...op, output: index } as IntegerOp);
    return index;
  }

  /** The tensor of an index. */
  at(index: number): IntegerTensor {
    return this.tensors[index]!;
  }

  /** The program that ends in some of the tensors. */
  program(
    outputs: readonly number[],
    about: Pick<IntegerProgram, "name" | "kernel" | "layers">,
  ): IntegerProgram {
    const { tensors, ops, inputs } = this;
    return { ...about, tensors, ops, inputs, outputs };
  }
}
