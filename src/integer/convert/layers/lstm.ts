import type { Place } from "../context.js";
import { gridOf } from "../grid.js";
import { biasTensors, biasValues, gateTensors, reversed, sequenceOrLast } from "./recurrent.js";

/** The gates of an LSTM, in the order of tfjs's kernels and of LiteRT's op. */
const gates = ["input", "forget", "cell", "output"];

/** The cell state has 16 bits. */
const cellLimit = 2 ** 15;

interface Options {
  units: number;
  activation: string;
  recurrentActivation: string;
  returnSequences: boolean;
  goBackwards: boolean;
  stateful: boolean;
}

/**
 * LSTM, as LiteRT's op with 8-bit weights and activations, and a cell state of 16 bits, whose scale is a power of two
 * that covers the states that calibration shows.
 */
export function lstm(place: Place): number {
  const options = place.config as unknown as Options;
  checkOptionsOf(place, options);
  const { units, returnSequences, goBackwards } = options;
  const [, steps] = place.input().shape as [number, number, number];
  const { builder, name } = place;
  const input = goBackwards ? reversed(place, place.inputs[0]!) : place.inputs[0]!;
  const kernels = gateTensors(place, "cell.kernel", { gates, units });
  const recurrent = gateTensors(place, "cell.recurrentKernel", { gates, units });
  const values = biasValues(place, gates.length * units);
  const biases = biasTensors(place, values, {
    gates,
    units,
    kernels,
    scale: place.input().scale[0]!,
  });
  const state = place.quantized.valueQuantizers.get("state")!;
  const grid = gridOf(state, name);
  const { min, max } = place.ranges.at(place.node.layer, name, "of its cell state");
  const cellExponent = Math.ceil(Math.log2(Math.max(-min, max, 2 ** -14) / cellLimit));
  const sequence = builder.op(
    {
      type: "lstm",
      layer: name,
      inputs: [input, ...kernels, ...recurrent, ...biases],
      cellExponent,
    },
    place.value(grid, [1, steps, units], returnSequences ? "" : "_states"),
  );
  return sequenceOrLast(place, sequence, returnSequences);
}

/** @throws TypeError if the layer differs from LiteRT's op */
function checkOptionsOf(place: Place, options: Options): void {
  const { activation, recurrentActivation, stateful } = options;
  if (place.inputs.length > 1) {
    throw place.refusal("it takes initial states (expected states that begin at 0)");
  }
  if (stateful) throw place.refusal("it is stateful (expected stateful: false)");
  if (activation !== "tanh" || recurrentActivation !== "sigmoid") {
    throw place.refusal(
      `its activation is ${activation} and its recurrentActivation ${recurrentActivation} (expected tanh and sigmoid, as LiteRT's LSTM has them; q.models.lstm takes recurrentActivation: "sigmoid")`,
    );
  }
}
