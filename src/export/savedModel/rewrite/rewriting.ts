import {
  type Constant,
  nodeBackend,
  type Operation,
  type Trace,
} from "../../../tensorflow/index.js";
import { type Forward, withoutUnused } from "../forward.js";

const nowhere = { stack: "" };

/** @internal A tensor of a trace: its number. */
export type TensorId = number;

/** @internal The ops of a forward pass, while ops are replaced by others that compute the same values. */
export class Rewriting {
  readonly #trace: Trace;
  readonly #scopes: Forward["scopes"];
  /** The number of the next tensor; the tensors of the trace have other numbers. */
  #next: number;

  constructor({ trace, scopes }: Forward) {
    this.#trace = trace;
    this.#scopes = scopes;
    this.#next = Math.min(0, ...trace.sources.keys()) - 1;
  }

  /** The ops of a type, in their order. */
  ops(name: string): Operation[] {
    return this.#trace.operations.filter((operation) => operation.name === name);
  }

  /** The path of the layer that an op belongs to. */
  layerOf(operation: Operation): string {
    return this.#scopes.get(operation) ?? "";
  }

  /** The op of a type that computes a tensor; `undefined` if something else does. */
  makerOf(tensor: Operation["inputs"][number], name: string): Operation | undefined {
    const source = typeof tensor === "number" ? this.#trace.sources.get(tensor) : undefined;
    return source?.kind === "operation" && source.operation.name === name
      ? source.operation
      : undefined;
  }

  /** The ops that read an op's output; `undefined` if the output is one of the model's. */
  readersOf({ outputs }: Operation): Operation[] | undefined {
    const { id } = outputs[0]!;
    if (this.#trace.outputs.includes(id)) return undefined;
    return this.#trace.operations.filter(({ inputs }) => inputs.includes(id));
  }

  /** The op that alone reads an op's output; `undefined` if there are several, or if a model's output is it. */
  readerOf(operation: Operation): Operation | undefined {
    const readers = this.readersOf(operation);
    return readers?.length === 1 ? readers[0] : undefined;
  }

  /** The values of a tensor that is a constant. */
  constantOf(tensor: Operation["inputs"][number]): number[] | undefined {
    const source = typeof tensor === "number" ? this.#trace.sources.get(tensor) : undefined;
    return source?.kind === "constant" ? [...source.constant.values] : undefined;
  }

  /** The shape of a tensor, with the batch size of the trace. */
  shapeOf(tensor: Operation["inputs"][number]): readonly number[] {
    const source = typeof tensor === "number" ? this.#trace.sources.get(tensor)! : undefined;
    switch (source?.kind) {
      case "operation":
        return source.operation.outputs[source.output]!.shape;
      case "argument":
        return this.#trace.argumentShapes[source.index]!;
      case "constant":
        return source.constant.shape;
      case "variable":
        return source.variable.shape;
      default:
        throw new Error(`a forward pass has no shape for a ${source?.kind ?? "variable's handle"}`);
    }
  }

  /** Lets `operation` compute the tensor that `last` computed, in whose place `operation` stands from now on. */
  takeOver(operation: Operation, last: Operation): void {
    const [output] = last.outputs;
    const { operations } = this.#trace;
    operations.splice(operations.indexOf(last), 1);
    operation.outputs = [output!];
    this.#trace.sources.set(output!.id, { kind: "operation", operation, output: 0 });
  }

  /** Lets the readers of an op's output read the op's first input, which has the same shape. */
  bypass(operation: Operation): void {
    const [input] = operation.inputs as [TensorId];
    const { id } = operation.outputs[0]!;
    for (const { inputs } of this.#trace.operations) {
      inputs.forEach((tensor, i) => {
        if (tensor === id) inputs[i] = input;
      });
    }
    this.#trace.outputs = this.#trace.outputs.map((tensor) => (tensor === id ? input : tensor));
  }

  /** Adds a copy of an op, whose first input is an input of `reader`, and whose output takes that input's place. */
  extendInput(reader: Operation, input: number, like: Operation, others: TensorId[]): void {
    const tensor = reader.inputs[input] as TensorId;
    const output = { ...like.outputs[0]!, id: this.#next--, shape: [...this.shapeOf(tensor)] };
    const { name, attributes } = like;
    const inputs = [tensor, ...others];
    const scope = this.#scopes.get(like) ?? "";
    this.#insert(this.#add({ name, attributes, inputs, outputs: [output] }, scope), reader);
    reader.inputs[input] = output.id;
  }

  /**
   * Adds a Reshape of an op's input.
   *
   * @param sizes the shape, in which one size may be −1
   * @param shape the shape with the batch size of the trace. Default: `sizes`
   */
  reshapeInput(reader: Operation, input: number, sizes: number[], shape = sizes): void {
    const tensor = reader.inputs[input] as TensorId;
    const output = { id: this.#next--, shape, dtype: nodeBackend().binding.TF_FLOAT };
    this.#insert(this.#reshape(tensor, sizes, output, reader), reader);
    reader.inputs[input] = output.id;
  }

  /**
   * Adds a Reshape of an op's output, which all readers of the output read.
   *
   * @param sizes the shape, in which one size may be −1
   * @param shape the shape with the batch size of the trace
   */
  reshapeOutput(operation: Operation, sizes: number[], shape: number[]): void {
    const [output] = operation.outputs;
    const { operations } = this.#trace;
    const own = { ...output!, id: this.#next-- };
    const reshape = this.#reshape(own.id, sizes, { ...output!, shape }, operation);
    operations.splice(operations.indexOf(operation) + 1, 0, reshape);
    operation.outputs = [own];
    this.#trace.sources.set(own.id, { kind: "operation", operation, output: 0 });
  }

  /** Leaves out the ops that no output needs any more. */
  prune(): void {
    this.#trace.operations = withoutUnused(this.#trace).operations;
  }

  /** Adds an op that computes a model's output of the present one, and of constant numbers. */
  extendOutput(index: number, op: Pick<Operation, "name" | "attributes">, numbers: number[]): void {
    const { TF_FLOAT } = nodeBackend().binding;
    const tensor = this.#trace.outputs[index]!;
    const shape = [...this.shapeOf(tensor)];
    const output = { id: this.#next--, shape, dtype: TF_FLOAT };
    const constants = numbers.map((number) =>
      this.#constant(Float32Array.of(number), [], TF_FLOAT),
    );
    const inputs = [tensor, ...constants];
    this.#trace.operations.push(this.#add({ ...op, inputs, outputs: [output] }, "outputs"));
    this.#trace.outputs[index] = output.id;
  }

  #reshape(
    tensor: TensorId,
    sizes: number[],
    output: Operation["outputs"][number],
    beside: Operation,
  ): Operation {
    const { TF_ATTR_TYPE, TF_INT32 } = nodeBackend().binding;
    const shape = this.#constant(Int32Array.from(sizes), [sizes.length], TF_INT32);
    const attributes = [
      { name: "T", type: TF_ATTR_TYPE, value: output.dtype },
      { name: "Tshape", type: TF_ATTR_TYPE, value: TF_INT32 },
    ];
    const inputs = [tensor, shape];
    const scope = this.#scopes.get(beside) ?? "";
    return this.#add({ name: "Reshape", attributes, inputs, outputs: [output] }, scope);
  }

  #insert(operation: Operation, before: Operation): void {
    const { operations } = this.#trace;
    operations.splice(operations.indexOf(before), 0, operation);
  }

  #constant(values: Constant["values"], shape: number[], dtype: number): TensorId {
    const id = this.#next--;
    const constant = { values, shape, dtype, site: nowhere };
    this.#trace.sources.set(id, { kind: "constant", constant });
    return id;
  }

  #add(op: Omit<Operation, "site">, scope: string): Operation {
    const operation = { ...op, site: nowhere };
    this.#trace.sources.set(op.outputs[0]!.id, { kind: "operation", operation, output: 0 });
    this.#scopes.set(operation, scope);
    return operation;
  }
}
