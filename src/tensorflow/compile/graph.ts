import { nativeModule } from "../load.js";
import { dtypeOf, nodeBackend, type OpAttribute } from "../nodeBackend.js";
import type { tf } from "../tf.js";
import { bytes } from "./compare.js";
import { addSoftmax } from "./eagerSoftmax.js";
import type { Constant, Feed, Operation, Trace } from "./values.js";

/**
 * @internal
 * TensorFlow's protocol messages, as tfjs-node brings them (tensorflow/core/framework/graph.proto,
 * node_def.proto, attr_value.proto, tensor.proto; core/protobuf/saved_model.proto, meta_graph.proto).
 */
export function messages() {
  return nativeModule("@tensorflow/tfjs-node/dist/proto/api_pb.js") as Messages;
}

/** Generated code without types. */
export type Messages = Record<string, any>;

/** @internal Attributes that eager mode works out from the inputs and a graph must name. */
const inferred: Record<string, string[]> = { ExpandDims: ["T"] };

/** @internal The nodes of a graph, added one after the other. */
export class GraphBuilder {
  readonly pb = messages();
  readonly graph = new this.pb.GraphDef();
  private readonly names = new Set<string>();

  /**
   * @param inputs names of outputs, `node` or `node:1`, and of nodes that come before, `^node`
   * @returns the node's name
   */
  add(name: string, op: string, inputs: string[], attributes: OpAttribute[] = []): string {
    if (this.names.has(name)) return name;
    this.names.add(name);
    const node = new this.pb.NodeDef();
    node.setName(name);
    node.setOp(op);
    node.setInputList(inputs);
    const map = node.getAttrMap();
    for (const attribute of attributes) map.set(attribute.name, this.attribute(attribute));
    this.graph.addNode(node);
    return name;
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  placeholder(name: string, dtype: number, shape: readonly (number | null)[]): string {
    return this.add(name, "Placeholder", [], [type("dtype", dtype), shapeOf("shape", shape)]);
  }

  variable(name: string, dtype: number, shape: readonly number[], sharedName = name): string {
    const { TF_ATTR_STRING } = nodeBackend().binding;
    return this.add(
      name,
      "VarHandleOp",
      [],
      [
        type("dtype", dtype),
        shapeOf("shape", shape),
        { name: "shared_name", type: TF_ATTR_STRING, value: sharedName },
      ],
    );
  }

  constant(name: string, constant: Constant): string {
    if (this.names.has(name)) return name;
    const tensor = new this.pb.Tensor();
    tensor.setTensorContent(bytes(constant));
    return this.addConstant(name, tensor, constant);
  }

  /** A constant of texts: a list, or a scalar of one. */
  strings(name: string, values: string[] | string): string {
    if (this.names.has(name)) return name;
    const { TF_STRING } = nodeBackend().binding;
    const list = typeof values === "string" ? [values] : values;
    const tensor = new this.pb.Tensor();
    tensor.setStringValList(list.map((value) => new TextEncoder().encode(value)));
    const shape = typeof values === "string" ? [] : [list.length];
    return this.addConstant(name, tensor, { shape, dtype: TF_STRING });
  }

  shape(shape: readonly (number | null)[]) {
    const message = new this.pb.TensorShape();
    for (const length of shape) {
      const dim = new this.pb.TensorShape.Dim();
      dim.setSize(length ?? -1);
      message.addDim(dim);
    }
    return message;
  }

  private addConstant(
    name: string,
    tensor: any,
    { shape, dtype }: Omit<Constant, "values" | "site">,
  ) {
    tensor.setDtype(dtype);
    tensor.setTensorShape(this.shape(shape));
    this.add(name, "Const", [], [type("dtype", dtype)]);
    const nodes = this.graph.getNodeList();
    const value = new this.pb.AttrValue();
    value.setTensor(tensor);
    nodes[nodes.length - 1].getAttrMap().set("value", value);
    return name;
  }

  private attribute({ type, value }: OpAttribute) {
    const binding = nodeBackend().binding;
    const message = new this.pb.AttrValue();
    const list = Array.isArray(value) && type !== binding.TF_ATTR_SHAPE;
    const target = list ? new this.pb.AttrValue.ListValue() : message;
    const set = (one: string) => {
      if (list) target[`set${one}List`](value);
      else target[`set${one}`](value);
    };
    if (type === binding.TF_ATTR_STRING) {
      const text = (one: unknown) => new TextEncoder().encode(String(one));
      if (list) target.setSList((value as unknown[]).map(text));
      else target.setS(text(value));
    } else if (type === binding.TF_ATTR_INT) set("I");
    else if (type === binding.TF_ATTR_FLOAT) set("F");
    else if (type === binding.TF_ATTR_BOOL) set("B");
    else if (type === binding.TF_ATTR_TYPE) set("Type");
    else if (type === binding.TF_ATTR_SHAPE) target.setShape(this.shape(value as number[]));
    if (list) message.setList(target);
    return message;
  }
}

/** @internal A dtype attribute from a `TF_DataType`. */
export function type(name: string, value: number): OpAttribute {
  return { name, type: nodeBackend().binding.TF_ATTR_TYPE, value };
}

function shapeOf(name: string, value: readonly (number | null)[]): OpAttribute {
  return { name, type: nodeBackend().binding.TF_ATTR_SHAPE, value };
}

/** @internal How the nodes of a trace are called. */
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

/** @internal The nodes that stand for what a trace did, and what to feed and to fetch. */
export class TraceGraph {
  readonly builder = new GraphBuilder();
  readonly feeds: Feed[] = [];
  readonly held: tf.Tensor[] = [];
  /** Variables that the ops read or change, in the order of their numbers. */
  readonly variables: tf.Variable[] = [];
  private readonly numbers = new Map<unknown, number>();

  constructor(
    readonly trace: Trace,
    private readonly names: NodeNames = numbered,
    /** Whether ops that a graph computes otherwise than eager mode are replaced. */
    private readonly asEager = false,
  ) {
    trace.operations.forEach((operation, number) => {
      this.numbers.set(operation, number);
    });
  }

  /** The name of a tensor; its node, and what that needs, are added. */
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
        return builder.constant(this.names.constant(id), source.constant);
      case "held":
        return this.hold(source.tensor);
      case "updated": {
        const name = `${this.operation(source.operation)}_${this.variable(source.variable)}`;
        const inputs = [this.variable(source.variable), `^${this.operation(source.operation)}`];
        return builder.add(name, "ReadVariableOp", inputs, [
          type("dtype", dtypeOf(source.variable)),
        ]);
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
    return this.builder.add(
      this.names.read(handle),
      "ReadVariableOp",
      [handle],
      [type("dtype", dtypeOf(variable))],
    );
  }

  /** The node of an op. */
  operation(operation: Operation): string {
    const name = this.names.operation(operation, this.numbers.get(operation)!);
    if (this.builder.has(name)) return name;
    const { inputs, attributes } = operation;
    const names = inputs.map((input) =>
      typeof input === "number" ? this.value(input) : this.variable(input),
    );
    if (this.asEager && operation.name === "Softmax") {
      return addSoftmax(this.builder, name, names[0]!);
    }
    // A variable is read before it is changed.
    for (const input of inputs) {
      if (typeof input !== "number") names.push(`^${this.read(input)}`);
    }
    const known = new Set(attributes.map(({ name }) => name));
    const missing = (inferred[operation.name] ?? []).filter((name) => !known.has(name));
    const added = missing.map((name) => type(name, this.dtype(inputs[0] as number)));
    return this.builder.add(name, operation.name, names, [...attributes, ...added]);
  }

  /** Nodes that change variables, once all that reads their old values has been added. */
  assignments(): string[] {
    const updates = this.trace.operations.filter(({ inputs }) =>
      inputs.some((input) => typeof input !== "number"),
    );
    const nodes = updates.map((operation) => this.operation(operation));
    for (const [variable, id] of this.trace.assignments) {
      const source = this.trace.sources.get(id)!;
      if (source.kind === "updated" && source.variable === variable) continue;
      const handle = this.variable(variable);
      const inputs = [handle, this.value(id), `^${this.read(variable)}`];
      const changed = updates.filter((operation) => operation.inputs.includes(variable));
      for (const operation of changed) inputs.push(`^${this.operation(operation)}`);
      const dtype = type("dtype", dtypeOf(variable));
      nodes.push(this.builder.add(`assign_${handle}`, "AssignVariableOp", inputs, [dtype]));
    }
    return nodes;
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

  /** The place of a thing in a list that it is put into when it is new. */
  private number<T>(thing: T, list: T[]): number {
    const known = this.numbers.get(thing);
    if (known !== undefined) return known;
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
