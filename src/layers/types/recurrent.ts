import type { Layer } from "../layer.js";
import { positionsIn, product } from "../positions.js";
import type { LayerRule, LayerShapes, RuleTable } from "../rule.js";
import { sizeOfWeights } from "../weights.js";
import { within } from "../within.js";
import { undilated } from "./kernelLayers.js";

/** A part of a layer that makes one of its steps. */
type Cell = Layer & { cells?: Cell[] };

const kernels = {
  kernel: { outputs: -1, inputs: -2, to: "inside" },
  recurrentKernel: { outputs: -1, inputs: -2, from: "inside", to: "inside" },
} as const;

/**
 * The hidden state is quantized after each step, so that the next step and the next layer read the rounded
 * state. The carry of an LSTM and the values between its gates stay float32.
 */
const recurrent = (layer: Layer): LayerRule => ({
  ...cellRule((layer as unknown as { cell: Cell }).cell),
  // Both kernels are used once in each step.
  macs: (layer, { inputs }) => sizeOfWeights(layer) * product(layer, [inputs[0]![1]!]),
});

function cellRule({ cells }: Cell): LayerRule {
  if (!cells) {
    return within("cell", { role: "passes", weights: kernels, values: { state: [""] } });
  }
  const rules = cells.map((_, i) =>
    within(`cell.cells.${i}`, {
      role: "passes",
      weights: i === 0 ? kernels : { ...kernels, kernel: kernels.recurrentKernel },
      values: { [`state${i}`]: [""] },
    }),
  );
  return {
    role: "passes",
    weights: Object.assign({}, ...rules.map(({ weights }) => weights)),
    values: Object.assign({}, ...rules.map(({ values }) => values)),
  };
}

/** Both kernels are used in each step, at each position of the image that the cell makes. */
function convolutionalMacs(layer: Layer, { inputs, output }: LayerShapes): number {
  const { returnSequences } = layer.getConfig() as { returnSequences?: boolean };
  const image = returnSequences ? [output[0]!, ...output.slice(2)] : output;
  return sizeOfWeights(layer) * product(layer, [inputs[0]![1]!]) * positionsIn(layer, image);
}

/** @internal Recurrent layers with tfjs's own cells. */
export const recurrentLayers: RuleTable = {
  SimpleRNN: recurrent,
  LSTM: recurrent,
  GRU: recurrent,
  ConvLSTM2D: (layer) => ({
    ...recurrent(layer),
    ...undilated(layer),
    macs: convolutionalMacs,
  }),
  RNN: recurrent,
};
