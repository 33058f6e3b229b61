import { nativeModule } from "#door/tensorflow/loading/load";
import { nodeBackend, type OpAttribute } from "../loading/nodeBackend.js";
import {
  attributeMessage,
  constantMessage,
  type GraphNode,
  graphMessage,
  stringsMessage,
} from "./graphMessage.js";
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
  private readonly nodes = new Map<string, GraphNode>();

  /**
   * @param inputs names of outputs, `node` or `node:1`, and of nodes that come before, `^node`
   * @returns the node's name
   */
  add(name: string, op: string, inputs: string[], attributes: OpAttribute[] = []): string {
    if (this.nodes.has(name)) return name;
    const written = attributes.map((attribute): GraphNode["attributes"][number] => [
      attribute.name,
      attributeMessage(attribute),
    ]);
    this.nodes.set(name, { name, op, inputs: [...inputs], attributes: written });
    return name;
  }

  has(name: string): boolean {
    return this.nodes.has(name);
  }

  /** Lets a node run after another one. */
  after(name: string, earlier: string): void {
    this.nodes.get(name)!.inputs.push(`^${earlier}`);
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
    return this.addConstant(name, constant.dtype, constantMessage(constant));
  }

  /** A constant of texts: a list, or a scalar of one. */
  strings(name: string, values: string[] | string): string {
    const { TF_STRING } = nodeBackend().binding;
    const message =
      typeof values === "string"
        ? stringsMessage([values], [])
        : stringsMessage(values, [values.length]);
    return this.addConstant(name, TF_STRING, message);
  }

  /** The graph as a `GraphDef`. */
  finish(): Uint8Array {
    return graphMessage(this.nodes.values());
  }

  private addConstant(name: string, dtype: number, value: Uint8Array): string {
    this.add(name, "Const", [], [type("dtype", dtype)]);
    this.nodes.get(name)!.attributes.push(["value", value]);
    return name;
  }
}

/** @internal A dtype attribute from a `TF_DataType`. */
export function type(name: string, value: number): OpAttribute {
  return { name, type: nodeBackend().binding.TF_ATTR_TYPE, value };
}

function shapeOf(name: string, value: readonly (number | null)[]): OpAttribute {
  return { name, type: nodeBackend().binding.TF_ATTR_SHAPE, value };
}
