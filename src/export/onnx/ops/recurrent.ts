import type { GruOp, LstmOp, SimpleRnnOp } from "../../../integer/index.js";
import type { FloatTensor } from "../../float/program.js";
import type { Attribute } from "../attributes.js";
import type { Values } from "../values.js";

type RecurrentOp = LstmOp | GruOp | SimpleRnnOp;

/** For each op: ONNX's op, the order in which it has the gates, and the nonlinearities after those of the gates. */
const forms: Record<
  RecurrentOp["type"],
  { opType: string; order: readonly number[]; functions: readonly string[] }
> = {
  // Input, output, forget, cell.
  lstm: { opType: "LSTM", order: [0, 3, 1, 2], functions: ["Tanh", "Tanh"] },
  gru: { opType: "GRU", order: [0, 1, 2], functions: ["Tanh"] },
  simpleRnn: { opType: "RNN", order: [0], functions: ["Tanh"] },
};

/** @internal A recurrent layer of a float program: ONNX has the steps first, and an axis for the directions. */
export function recurrent(op: RecurrentOp, values: Values): void {
  const { opType, order, functions } = forms[op.type];
  const [x, ...weights] = op.inputs as [number, ...number[]];
  const gates = order.length;
  const parts = (from: number) => order.map((gate) => weights[from + gate]!);
  const [kernels, recurrentKernels, biases] = [parts(0), parts(gates), parts(2 * gates)];
  const others = op.type === "gru" && op.resetAfter ? parts(3 * gates) : [];
  const { graph } = values;
  const units = values.shape(op.output).at(-1)!;
  const inputs = [
    values.transposed(values.read(x, "last"), [1, 0, 2], x),
    stacked(kernels, [1, gates * units, values.shape(x).at(-1)!], `${op.layer}_W`, values),
    stacked(recurrentKernels, [1, gates * units, units], `${op.layer}_R`, values),
    biasesOf([...biases, ...others], [1, 2 * gates * units], `${op.layer}_B`, values),
  ];
  const attributes: Record<string, Attribute> = { hidden_size: { int: units } };
  if (op.type === "gru") attributes.linear_before_reset = { int: op.resetAfter ? 1 : 0 };
  if (op.type !== "simpleRnn" && op.gates === "hardSigmoid") {
    attributes.activations = { texts: ["HardSigmoid", ...functions] };
    // HardSigmoid is x / 5 + ½.
    attributes.activation_alpha = { floats: [0.2] };
    attributes.activation_beta = { floats: [0.5] };
  }
  const states = graph.node(opType, inputs, `${op.layer}_${op.type}`, attributes);
  const direction = values.list([1], `${op.layer}_direction`);
  const steps = graph.node("Squeeze", [states, direction], `${op.layer}_steps`);
  values.write(op, values.transposed(steps, [1, 0, 2], op.output), "last");
}

/** Tensors below each other. */
function stacked(parts: readonly number[], dims: number[], name: string, values: Values): string {
  const all = parts.flatMap((part) => [...(values.tensor(part) as FloatTensor).values!]);
  return values.graph.constant(name, { dims, type: "float", values: all });
}

/** The biases of the input, and those of the state, which are zeros where there are none. */
function biasesOf(parts: readonly number[], dims: number[], name: string, values: Values): string {
  const all = parts.flatMap((part) => [...(values.tensor(part) as FloatTensor).values!]);
  const filled = [...all, ...Array<number>(dims[1]! - all.length).fill(0)];
  return values.graph.constant(name, { dims, type: "float", values: filled });
}
