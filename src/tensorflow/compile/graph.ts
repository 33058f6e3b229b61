import { dtypeOf, nodeBackend } from "../loading/nodeBackend.js";
import type { tf } from "../tf.js";
import { mayBeFed } from "./aliases.js";
import { addSoftmax } from "./eagerSoftmax.js";
import { gateOf, smallestPositive } from "./gates.js";
import { GraphBuilder, type } from "./graphBuilder.js";
import type { Constant, Feed, Operation, Trace } from "./values.js";

/** @internal Attributes that eager mode works out from the inputs and a graph must name. */
const inferred: Record<string, string[]> = { ExpandDims: ["T"] };

/** @internal The names of a trace's nodes. */
export interface NodeNames {
  argument(index: number): string;
  variable(variable: tf.Variable, number: number): string;
  /** @param handle the variable's node */
  read(handle: string): string;
  constant(id: number): string;
  operation(operation: Operation, number: number): string;
}

const numbered: NodeNames = {
  argument: (index) => `argument_${index}`,
  variable: (_, number) => `variable_${number}`,
  read: (handle) => `read_${handle}`,
  constant: (id) => `constant_${id}`,
  operation: (_, number) => `op_${number}`,
};

/** @internal How a trace becomes a graph. */
export interface TraceGraphOptions {
  /** Whether ops that a graph computes otherwise than eager mode are replaced. */
  asEager?: boolean;
  /** Whether constants that are parameters become variables. */
  parametric?: boolean;
}

/** @internal The nodes of a trace's ops, with the tensors to feed and to fetch. */
export class TraceGraph {
  readonly builder = new GraphBuilder();
  readonly feeds: Feed[] = [];
  readonly held: tf.Tensor[] = [];
  /** Variables that the ops read or change, in the order of their numbers. */
  readonly variables: tf.Variable[] = [];
  /** Constants that are variables of the graph, in the order of their numbers. */
  readonly parameters: Constant[] = [];
  private readonly numbers = new Map<unknown, number>();

  constructor(
    readonly trace: Trace,
    private readonly names: NodeNames = numbered,
    private readonly options: TraceGraphOptions = {},
  ) {
    trace.operations.forEach((operation, number) => {
      this.numbers.set(operation, number);
    });
  }

  /** The name of a tensor. Its node, and the nodes that this one needs, are added. */
  value(id: number): string {
    const { builder } = this;
    const source = this.trace.sources.get(id)!;
    switch (source.kind) {
      case "argument":
        return this.names.argument(source.index);
      case "variable":
        return this.read(source.variable);
      case "feed":
        return this.feed(source.feed);
      case "constant":
        if (source.parameter && this.options.parametric)
          return this.parameter(source.constant).read;
        return builder.constant(this.names.constant(id), source.constant);
      case "held":
        return this.hold(source.tensor);
      case "updated": {
        const name = `${this.operation(source.operation)}_${this.variable(source.variable)}`;
        const inputs = [this.variable(source.variable), `^${this.operation(source.operation)}`];
        const dtype = type("dtype", dtypeOf(source.variable));
        return this.outward(source.variable, builder.add(name, "ReadVariableOp", inputs, [dtype]));
      }
      case "operation": {
        const name = this.operation(source.operation);
        return source.output === 0 ? name : `${name}:${source.output}`;
      }
    }
  }

  /** The node of a variable's handle. */
  variable(variable: tf.Variable): string {
    let number = this.numbers.get(variable);
    if (number === undefined) {
      number = this.variables.push(variable) - 1;
      this.numbers.set(variable, number);
    }
    const name = this.names.variable(variable, number);
    return this.builder.variable(name, dtypeOf(variable), variable.shape, name);
  }

  /** The value of a variable before the step. */
  read(variable: tf.Variable): string {
    const handle = this.variable(variable);
    const dtype = type("dtype", dtypeOf(variable));
    const name = this.names.read(handle);
    return this.outward(variable, this.builder.add(name, "ReadVariableOp", [handle], [dtype]));
  }

  /** The nodes of a constant that is a variable in the graph. */
  parameter(constant: Constant): { handle: string; read: string } {
    const { shape, dtype } = constant;
    const name = `parameter_${this.number(constant, this.parameters)}`;
    const handle = this.builder.variable(name, dtype, shape);
    const read = this.builder.add(
      `read_${name}`,
      "ReadVariableOp",
      [handle],
      [type("dtype", dtype)],
    );
    return { handle, read };
  }

  /** A value for a variable in the unit in which the session keeps it. */
  inward(variable: tf.Variable, value: string): string {
    return this.scaled(variable, value, "Mul");
  }

  /** The value that the session keeps for a variable, in the variable's own unit. */
  private outward(variable: tf.Variable, value: string): string {
    return this.scaled(variable, value, "RealDiv");
  }

  private scaled(variable: tf.Variable, value: string, op: "Mul" | "RealDiv"): string {
    const scale = this.trace.scales.get(variable);
    if (scale === undefined) return value;
    const { TF_FLOAT } = nodeBackend().binding;
    const values = Float32Array.of(scale);
    const constant = { values, shape: [], dtype: TF_FLOAT, site: { stack: "" } };
    const factor = this.builder.constant(`scale_${this.variable(variable)}`, constant);
    return this.builder.add(`scaled_${value}`, op, [value, factor], [type("T", TF_FLOAT)]);
  }

  /** The node of an op. A list of the ops that are to be added stands for a recursion, which deep graphs would overflow. */
  operation(operation: Operation): string {
    const waiting = [this.visit(operation)];
    for (let visit = waiting.at(-1); visit; visit = waiting.at(-1)) {
      const input = this.builder.has(visit.name) ? undefined : visit.inputs.pop();
      if (input === undefined) {
        this.add(visit.operation);
        waiting.pop();
      } else {
        const source = this.trace.sources.get(input)!;
        // The inputs are added in their order, whatever their kind.
        if (!("operation" in source)) this.value(input);
        else if (waiting.length <= this.trace.operations.length)
          waiting.push(this.visit(source.operation));
        else throw circle(operation);
      }
    }
    return this.nodeName(operation);
  }

  /** An op with the tensors that it takes, the first one last. */
  private visit(operation: Operation) {
    const gate = this.gateOf(operation);
    const inputs = (gate ?? operation).inputs.filter((_, i) => !gate || i !== 2);
    const tensors = inputs.filter((input) => typeof input === "number");
    return { operation, name: this.nodeName(operation), inputs: tensors.reverse() };
  }

  private nodeName(operation: Operation): string {
    return this.names.operation(operation, this.numbers.get(operation)!);
  }

  private gateOf(operation: Operation): Operation | undefined {
    return this.options.asEager ? undefined : gateOf(this.trace, operation);
  }

  /** Adds the node of an op whose inputs have been added. */
  private add(operation: Operation): string {
    const name = this.nodeName(operation);
    if (this.builder.has(name)) return name;
    const gate = this.gateOf(operation);
    if (gate) return this.gate(name, gate);
    const { inputs, attributes } = operation;
    const names = inputs.map((input) =>
      typeof input === "number" ? this.value(input) : this.variable(input),
    );
    if (this.options.asEager && operation.name === "Softmax") {
      return addSoftmax(this.builder, name, names[0]!);
    }
    const present = new Set(attributes.map(({ name }) => name));
    const missing = (inferred[operation.name] ?? []).filter((name) => !present.has(name));
    const added = missing.map((name) => type(name, this.dtype(inputs[0] as number)));
    return this.builder.add(name, operation.name, names, [...attributes, ...added]);
  }

  /** A gate that lets gradients pass where its input is above 0, and below the upper end if there is one. */
  private gate(name: string, { name: op, inputs, attributes }: Operation): string {
    const [dy, x, , max] = (inputs as number[]).map((id, i) => (i === 2 ? "" : this.value(id)));
    const min = this.builder.constant("above_0", smallestPositive());
    return this.builder.add(name, op, [dy!, x!, min, max!], attributes);
  }

  /** Adds the nodes that change variables, after all nodes that read their old values. */
  assignments(): string[] {
    const updates = this.trace.operations.filter(({ inputs }) =>
      inputs.some((input) => typeof input !== "number"),
    );
    const nodes = updates.map((operation) => this.operation(operation));
    const changing = updates.flatMap(({ inputs }, i) =>
      inputs.flatMap((input) => (typeof input === "number" ? [] : [[nodes[i]!, input] as const])),
    );
    for (const [variable, id] of this.trace.assignments) {
      const source = this.trace.sources.get(id)!;
      if (source.kind === "updated" && source.variable === variable) continue;
      const handle = this.variable(variable);
      const inputs = [handle, this.inward(variable, this.copied(handle, variable, id))];
      const changed = updates.filter((operation) => operation.inputs.includes(variable));
      for (const operation of changed) inputs.push(`^${this.operation(operation)}`);
      const dtype = type("dtype", dtypeOf(variable));
      const node = this.builder.add(`assign_${handle}`, "AssignVariableOp", inputs, [dtype]);
      nodes.push(node);
      changing.push([node, variable]);
    }
    // A variable is read before it is changed.
    for (const [node, variable] of changing) {
      const read = this.names.read(this.variable(variable));
      if (this.builder.has(read)) this.builder.after(node, read);
    }
    return nodes;
  }

  /** A value that a variable may keep. */
  private copied(handle: string, variable: tf.Variable, id: number): string {
    const value = this.value(id);
    if (!mayBeFed(this.trace, id)) return value;
    return this.builder.add(`own_${handle}`, "DeepCopy", [value], [type("T", dtypeOf(variable))]);
  }

  private feed(feed: Feed): string {
    const name = `feed_${this.number(feed, this.feeds)}`;
    const { TF_FLOAT, TF_INT32 } = nodeBackend().binding;
    return this.builder.placeholder(name, feed.dtype === "int32" ? TF_INT32 : TF_FLOAT, []);
  }

  private hold(tensor: tf.Tensor): string {
    const name = `held_${this.number(tensor, this.held)}`;
    return this.builder.placeholder(name, dtypeOf(tensor), tensor.shape);
  }

  /** The index of a thing in a list; a new thing is added to the list. */
  private number<T>(thing: T, list: T[]): number {
    const index = this.numbers.get(thing);
    if (index !== undefined) return index;
    const number = list.push(thing) - 1;
    this.numbers.set(thing, number);
    return number;
  }

  /** The `TF_DataType` of a tensor of the trace. */
  private dtype(id: number): number {
    const source = this.trace.sources.get(id)!;
    if (source.kind === "operation") return source.operation.outputs[source.output]!.dtype;
    if (source.kind === "constant") return source.constant.dtype;
    if (source.kind === "variable" || source.kind === "updated") return dtypeOf(source.variable);
    if (source.kind === "held") return dtypeOf(source.tensor);
    const { TF_FLOAT, TF_INT32 } = nodeBackend().binding;
    if (source.kind === "feed") return source.feed.dtype === "int32" ? TF_INT32 : TF_FLOAT;
    return this.trace.argumentTypes[source.index]!;
  }
}

/** A mistake of a rewriting, which without this would go on until the memory is full. */
function circle({ name }: Operation): Error {
  return new Error(
    `q.compile: the rewritten graph goes in a circle before ${name} (this is a mistake of qatlab's; { rewrite: false } compiles the graph as it was written down)`,
  );
}
