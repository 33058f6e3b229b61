import { nodeBackend, type OpAttribute } from "../loading/nodeBackend.js";
import { bytes, isUniform } from "./compare.js";
import { MessageWriter } from "./messageWriter.js";
import type { Constant } from "./values.js";

/**
 * @internal
 * A node of a graph (tensorflow/core/framework/node_def.proto). Its attributes are written already, since there are
 * many more of them than of anything else.
 */
export interface GraphNode {
  name: string;
  op: string;
  inputs: string[];
  attributes: [name: string, value: Uint8Array][];
}

/** @internal Nodes as a `GraphDef` (graph.proto). */
export function graphMessage(nodes: Iterable<GraphNode>): Uint8Array {
  const graph = new MessageWriter();
  for (const { name, op, inputs, attributes } of nodes) {
    graph.message(1, (node) => {
      node.text(1, name);
      node.text(2, op);
      for (const input of inputs) node.text(3, input);
      for (const [key, value] of attributes) {
        node.message(5, (entry) => {
          entry.text(1, key);
          entry.bytes(2, value);
        });
      }
    });
  }
  return graph.finish();
}

/** @internal A `GraphDef` as the content of `saved_model.pb` (saved_model.proto, meta_graph.proto). */
export function savedModelMessage(graph: Uint8Array): Uint8Array {
  const model = new MessageWriter();
  model.integer(1, 1);
  model.message(2, (meta) => {
    meta.message(1, (info) => info.text(4, "serve"));
    meta.bytes(2, graph);
  });
  return model.finish();
}

/** @internal An attribute as an `AttrValue` (attr_value.proto). */
export function attributeMessage({ type, value }: OpAttribute): Uint8Array {
  const { TF_ATTR_SHAPE } = nodeBackend().binding;
  const message = new MessageWriter();
  if (type === TF_ATTR_SHAPE) message.bytes(7, shapeMessage(value as number[]));
  else if (Array.isArray(value)) message.message(1, (list) => writeList(list, type, value));
  else writeValue(message, type, value);
  return message.finish();
}

/** @internal A constant as an `AttrValue` (tensor.proto), in which one value may stand for all. */
export function constantMessage(constant: Constant): Uint8Array {
  const { TF_FLOAT, TF_INT32 } = nodeBackend().binding;
  const { dtype, values } = constant;
  return tensorMessage(constant, (tensor) => {
    if (!isUniform(constant)) tensor.bytes(4, bytes(constant));
    else if (dtype === TF_FLOAT) tensor.floats(5, [values[0]!]);
    else if (dtype === TF_INT32) tensor.integers(7, [values[0]!]);
    else tensor.integers(11, [values[0]!]);
  });
}

/** @internal Texts as an `AttrValue`. */
export function stringsMessage(values: string[], shape: number[]): Uint8Array {
  const { TF_STRING } = nodeBackend().binding;
  return tensorMessage({ shape, dtype: TF_STRING }, (tensor) => {
    for (const value of values) tensor.text(8, value);
  });
}

/** @internal A `TensorShapeProto` (tensor_shape.proto), with `null` for a length that isn't known. */
export function shapeMessage(shape: readonly (number | null)[]): Uint8Array {
  const message = new MessageWriter();
  for (const length of shape) message.message(2, (dim) => dim.integer(1, length ?? -1));
  return message.finish();
}

function tensorMessage(
  { shape, dtype }: Pick<Constant, "shape" | "dtype">,
  content: (tensor: MessageWriter) => void,
): Uint8Array {
  const message = new MessageWriter();
  message.message(8, (tensor) => {
    tensor.integer(1, dtype);
    tensor.bytes(2, shapeMessage(shape));
    content(tensor);
  });
  return message.finish();
}

function writeValue(message: MessageWriter, type: number, value: unknown): void {
  const { binding } = nodeBackend();
  if (type === binding.TF_ATTR_STRING) message.text(2, String(value));
  else if (type === binding.TF_ATTR_INT) message.integer(3, Number(value));
  else if (type === binding.TF_ATTR_FLOAT) message.float(4, Number(value));
  else if (type === binding.TF_ATTR_BOOL) message.integer(5, value ? 1 : 0);
  else if (type === binding.TF_ATTR_TYPE) message.integer(6, Number(value));
}

function writeList(list: MessageWriter, type: number, values: unknown[]): void {
  const { binding } = nodeBackend();
  const numbers = values.map(Number);
  if (type === binding.TF_ATTR_STRING) for (const value of values) list.text(2, String(value));
  else if (type === binding.TF_ATTR_INT) list.integers(3, numbers);
  else if (type === binding.TF_ATTR_FLOAT) list.floats(4, numbers);
  else if (type === binding.TF_ATTR_BOOL) list.integers(5, numbers);
  else if (type === binding.TF_ATTR_TYPE) list.integers(6, numbers);
}
