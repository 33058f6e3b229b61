import type { FloatOp, FloatTensor } from "./program.js";

/** An op of any type, without the tensor that it writes. */
type NewOp<O = FloatOp> = O extends FloatOp ? Omit<O, "output"> : never;

/** Collects the tensors and ops of a float program. */
export class FloatBuilder {
  readonly tensors: FloatTensor[] = [];
  readonly ops: FloatOp[] = [];
  readonly #names = new Set<string>();
  readonly #weights = new Map<string, number>();

  /** Adds a tensor, and returns its index. A name that is taken gets a number. */
  tensor(name: string, shape: readonly number[], values?: Float32Array): number {
    let free = name;
    for (let i = 2; this.#names.has(free); i++) free = `${name}_${i}`;
    this.#names.add(free);
    const tensor: FloatTensor = { name: free, shape, type: "float32" };
    return this.tensors.push(values ? { ...tensor, values } : tensor) - 1;
  }

  /** The index of a weight, which is added once: a layer that is used in several places has its weights in common. */
  weight(name: string, make: () => { shape: readonly number[]; values: Float32Array }): number {
    const earlier = this.#weights.get(name);
    if (earlier !== undefined) return earlier;
    const { shape, values } = make();
    const index = this.tensor(name, shape, values);
    this.#weights.set(name, index);
    return index;
  }

  /** Gives a tensor a name, and the tensor that had it the first one's name. */
  rename(index: number, name: string): void {
    const before = this.tensors[index]!.name;
    const other = this.tensors.findIndex((tensor) => tensor.name === name);
    if (other >= 0) this.tensors[other] = { ...this.tensors[other]!, name: before };
    this.tensors[index] = { ...this.tensors[index]!, name };
  }

  /** Adds an op that writes a new tensor of a shape, and returns the tensor's index. */
  op(op: NewOp, shape: readonly number[]): number {
    const output = this.tensor(op.layer, shape);
    this.ops.push({ ...op, output } as FloatOp);
    return output;
  }
}
