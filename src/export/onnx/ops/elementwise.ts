import type {
  BinaryOp,
  HardSwishOp,
  LeakyReluOp,
  PreluOp,
  QuantizeOp,
  ReluOp,
  SoftmaxOp,
  TableFunction,
  TableOp,
} from "../../../integer/index.js";
import { withActivation } from "../activation.js";
import type { Attribute } from "../attributes.js";
import type { Layout } from "../layout.js";
import type { Values } from "../values.js";

const binaryTypes = {
  add: "Add",
  subtract: "Sub",
  multiply: "Mul",
  maximum: "Max",
  minimum: "Min",
} as const;

/** @internal */
export function binary(op: BinaryOp, values: Values): void {
  const layout = commonLayout(op.inputs, op.output, values);
  const inputs = op.inputs.map((index) => values.read(index, layout));
  const result = values.graph.node(binaryTypes[op.type], inputs, `${op.layer}_${op.type}`);
  values.write(op, result, layout, op);
}

/** @internal The layout in which an op reads all of its inputs: channels first, if one has them there. */
export function commonLayout(inputs: readonly number[], output: number, values: Values): Layout {
  const rank = values.shape(output).length;
  const isEven = inputs.every((index) => values.shape(index).length === rank);
  const isFirst = inputs.some((index) => values.layoutOf(index) === "first");
  return isEven && isFirst ? "first" : "last";
}

/** ONNX's op for a function, with its attributes. */
const functions: Record<TableFunction, readonly [string, Record<string, Attribute>?]> = {
  sigmoid: ["Sigmoid"],
  tanh: ["Tanh"],
  gelu: ["Gelu"],
  exp: ["Exp"],
  elu: ["Elu", { alpha: { float: 1 } }],
  selu: ["Selu", { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } }],
  softplus: ["Softplus"],
  softsign: ["Softsign"],
  swish: ["Sigmoid"],
  hardSigmoid: ["HardSigmoid", { alpha: { float: 0.2 }, beta: { float: 0.5 } }],
  mish: ["Mish"],
};

/** @internal */
export function table(op: TableOp, values: Values): void {
  const [opType, attributes] = functions[op.function];
  unary(op, values, (x) => {
    const result = values.graph.node(opType, [x], `${op.layer}_${op.function}`, attributes);
    return op.function === "swish"
      ? values.graph.node("Mul", [x, result], `${op.layer}_product`)
      : result;
  });
}

/** @internal */
export function softmax(op: SoftmaxOp, values: Values): void {
  const [x] = op.inputs as [number];
  const axis = values.layoutOf(x) === "first" ? 1 : -1;
  unary(op, values, (value) =>
    values.graph.node("Softmax", [value], `${op.layer}_softmax`, { axis: { int: axis } }),
  );
}

/** @internal */
export function hardSwish(op: HardSwishOp, values: Values): void {
  unary(op, values, (x) => values.graph.node("HardSwish", [x], `${op.layer}_hardswish`));
}

/** @internal */
export function leakyRelu(op: LeakyReluOp, values: Values): void {
  const attributes = { alpha: { float: op.alpha } };
  unary(op, values, (x) =>
    values.graph.node("LeakyRelu", [x], `${op.layer}_leakyrelu`, attributes),
  );
}

/** @internal */
export function prelu(op: PreluOp, values: Values): void {
  const layout = commonLayout(op.inputs, op.output, values);
  const inputs = op.inputs.map((index) => values.read(index, layout));
  values.write(op, values.graph.node("PRelu", inputs, `${op.layer}_prelu`), layout);
}

/** @internal */
export function relu(op: ReluOp, values: Values): void {
  unary(op, values, (x) => withActivation(values.graph, x, op.activation, op.layer));
}

/** @internal */
export function quantize(op: QuantizeOp, values: Values): void {
  const [x] = op.inputs as [number];
  const layout = values.layoutOf(x);
  values.write(op, values.readApart(x, layout), layout);
}

/** An op of one value, which keeps the order in which its values lie. */
function unary(
  op: Pick<QuantizeOp, "inputs" | "output">,
  values: Values,
  compute: (x: string) => string,
): void {
  const [x] = op.inputs as [number];
  const layout = values.layoutOf(x);
  values.write(op, compute(values.read(x, layout)), layout);
}
