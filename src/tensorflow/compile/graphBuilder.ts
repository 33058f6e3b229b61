import { nativeModule } from "#door/tensorflow/loading/load";
import { nodeBackend, type OpAttribute } from "../loading/nodeBackend.js";
import { bytes } from "./compare.js";
import type { Constant } from "./values.js";

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

/** @internal The nodes of a graph, added one after the other. */
export class GraphBuilder {
  readonly pb = messages();
  readonly graph = new this.pb.GraphDef();
  private readonly nodes = new Map<string, Messages>();

  /**
   * @param inputs names of outputs, `node` or `node:1`, and of nodes that come before, `^node`
   * @returns the node's name
   */
  add(name: string, op: string, inputs: string[], attributes: OpAttribute[] = []): string {
    if (this.nodes.has(name)) return name;
    const node = new this.pb.NodeDef();
    this.nodes.set(name, node);
    node.setName(name);
    node.setOp(op);
    node.setInputList(inputs);
    const map = node.getAttrMap();
    for (const attribute of attributes) map.set(attribute.name, this.attribute(attribute));
    this.graph.addNode(node);
    return name;
  }

  has(name: string): boolean {
    return this.nodes.has(name);
  }

  /** Lets a node run after another one. */
  after(name: string, earlier: string): void {
    this.nodes.get(name)!.addInput(`^${earlier}`);
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
    if (this.nodes.has(name)) return name;
    const tensor = new this.pb.Tensor();
    tensor.setTensorContent(bytes(constant));
    return this.addConstant(name, tensor, constant);
  }

  /** A constant of texts: a list, or a scalar of one. */
  strings(name: string, values: string[] | string): string {
    if (this.nodes.has(name)) return name;
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
    const set = (kind: string) => {
      if (list) target[`set${kind}List`](value);
      else target[`set${kind}`](value);
    };
    if (type === binding.TF_ATTR_STRING) {
      const text = (entry: unknown) => new TextEncoder().encode(String(entry));
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
