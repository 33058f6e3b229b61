import type { Layer } from "../../models/topology.js";
import type { LayerRule, RuleTable } from "./rule.js";
import { within } from "./within.js";

/** A part of a layer that makes one of its steps. */
type Cell = Layer & { cells?: Cell[] };

const kernels = { kernel: -1, recurrentKernel: -1 };

/**
 * The hidden state is quantized after each step, so that it is what the next step and the next layer read. The
 * carry of an LSTM and what lies between its gates stay float32.
 */
const recurrent = (layer: Layer): LayerRule => cellRule((layer as unknown as { cell: Cell }).cell);

function cellRule({ cells }: Cell): LayerRule {
  if (!cells) {
    return within("cell", { role: "passes", weights: kernels, values: { state: [""] } });
  }
  const rules = cells.map((_, i) =>
    within(`cell.cells.${i}`, {
      role: "passes",
      weights: kernels,
      values: { [`state${i}`]: [""] },
    }),
  );
  return {
    role: "passes",
    weights: Object.assign({}, ...rules.map(({ weights }) => weights)),
    values: Object.assign({}, ...rules.map(({ values }) => values)),
  };
}

/** @internal Recurrent layers, of the library's cells. */
export const recurrentLayers: RuleTable = {
  SimpleRNN: recurrent,
  LSTM: recurrent,
  GRU: recurrent,
  ConvLSTM2D: recurrent,
  RNN: recurrent,
};
