import type { IntegerOp, IntegerProgram, IntegerTensor } from "../program/index.js";
import { withoutIdle } from "./withoutIdle.js";

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

  /**
   * Adds a tensor, and returns its index. A name that is taken gets a number; a constant that is there already is shared.
   */
  tensor(tensor: IntegerTensor): number {
    const shared = tensor.codes ? this.tensors.findIndex((other) => isSame(other, tensor)) : -1;
    if (shared >= 0) return shared;
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
    return withoutIdle({ ...about, tensors, ops, inputs, outputs });
  }
}

/** Whether two constants have one name, one grid and the same codes. */
function isSame(a: IntegerTensor, b: IntegerTensor): boolean {
  const alike = (x: ArrayLike<number> = [], y: ArrayLike<number> = []) =>
    x.length === y.length && Array.from(x).every((value, i) => value === y[i]);
  return (
    a.name === b.name &&
    a.type === b.type &&
    alike(a.shape, b.shape) &&
    alike(a.scale, b.scale) &&
    alike(a.codes, b.codes)
  );
}
