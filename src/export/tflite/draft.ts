import type { FileOperator, FileTensor } from "./fileModel.js";

/** The tensors and operators of a file that is being put together. */
export class Draft {
  readonly tensors: FileTensor[] = [];
  readonly operators: FileOperator[] = [];
  private readonly names = new Set<string>();

  /** The index of a new tensor. If its name is taken, a number follows it. */
  tensor(tensor: FileTensor): number {
    let { name } = tensor;
    for (let n = 1; this.names.has(name); n++) name = `${tensor.name}_${n}`;
    this.names.add(name);
    return this.tensors.push({ ...tensor, name }) - 1;
  }

  /** The index of a new constant of whole numbers, such as a shape; without a shape it is a list. */
  integers(name: string, values: readonly number[], shape = [values.length]): number {
    return this.tensor({ name, shape, type: "INT32", data: Int32Array.from(values) });
  }

  operator(operator: FileOperator): void {
    this.operators.push(operator);
  }
}
