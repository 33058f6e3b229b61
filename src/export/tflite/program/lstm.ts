import type { LstmOp } from "../../../integer/index.js";
import { isFloat } from "../../onnx/program.js";
import type { Quantization } from "../fileModel.js";
import { activationFunctionType } from "../schema/enums.js";
import { withOptions } from "../schema/options.js";
import type { Translation } from "./translation.js";

const absent = -1;
/** The sums of the four gates are 16-bit codes on this scale. */
const gateScale = 2 ** -12;

/**
 * An LSTM in float, or with 8-bit weights and a 16-bit cell state. Its 24 inputs are x, four kernels, four recurrent kernels, three
 * peephole kernels (absent), four biases, a projection and its bias (absent), the hidden state, the cell state, and
 * four factors of layer normalization (absent).
 */
export function lstm(op: LstmOp, output: number, translation: Translation): void {
  const { draft, batch } = translation;
  const [x, ...rest] = translation.all(op.inputs) as [number, ...number[]];
  const [kernels, recurrent, biases] = [rest.slice(0, 4), rest.slice(4, 8), rest.slice(8, 12)];
  const { quantization: hidden } = translation.describe(op.output);
  const units = translation.tensor(op.output).shape.at(-1)!;
  const state = { shape: [batch, units], isVariable: true };
  const isInFloat = isFloat(translation.tensor(op.output));
  const cell = isInFloat ? undefined : quantizationAt(2 ** op.cellExponent);
  const types = isInFloat ? (["FLOAT32", "FLOAT32"] as const) : (["INT8", "INT16"] as const);
  const states = [
    draft.tensor({ ...state, name: `${op.layer}/hidden`, type: types[0], quantization: hidden }),
    draft.tensor({ ...state, name: `${op.layer}/cell`, type: types[1], quantization: cell }),
  ];
  translation.write(output, {
    code: "UNIDIRECTIONAL_SEQUENCE_LSTM",
    inputs: [
      x,
      ...kernels,
      ...recurrent,
      ...Array<number>(3).fill(absent),
      ...biases,
      absent,
      absent,
      ...states,
      ...Array<number>(4).fill(absent),
    ],
    options: withOptions("UnidirectionalSequenceLSTMOptions", {
      fusedActivationFunction: activationFunctionType.TANH,
    }),
    intermediates: isInFloat ? undefined : intermediates(op, translation, hidden),
  });
}

/** Tensors that only carry scales: the four gates', and the hidden state's before a projection. */
function intermediates(
  { layer }: LstmOp,
  { draft }: Translation,
  hidden: Quantization | undefined,
): number[] {
  const gates = ["input", "forget", "cell", "output"].map((gate) =>
    draft.tensor({
      name: `${layer}/${gate}Gate`,
      shape: [],
      type: "INT16",
      quantization: quantizationAt(gateScale),
    }),
  );
  const name = `${layer}/projected`;
  return [...gates, draft.tensor({ name, shape: [], type: "INT8", quantization: hidden })];
}

function quantizationAt(scale: number): Quantization {
  return { scale: Float32Array.of(scale), zeroPoint: Int32Array.of(0) };
}
