import type { Place } from "../context.js";
import { gridOf } from "../grid.js";
import {
  biasTensors,
  biasValues,
  checkStates,
  gateTensors,
  type RecurrentOptions,
  reversed,
  sequenceOrLast,
  wholeOf,
} from "./recurrent.js";

/** The gates of an LSTM, in the order of tfjs's kernels and of LiteRT's op. */
const gates = ["input", "forget", "cell", "output"];

/** The cell state has 16 bits. */
const cellLimit = 2 ** 15;

/**
 * LSTM, as LiteRT's op with 8-bit weights and activations, and a cell state of 16 bits, whose scale is a power of two
 * that covers the states that calibration shows.
 */
export function lstm(place: Place, recurrence = wholeOf(place)): number {
  const { layer, suffix } = recurrence;
  checkStates(place, recurrence);
  const { units, returnSequences, goBackwards, ...options } =
    layer.getConfig() as unknown as RecurrentOptions;
  checkActivations(place, options);
  const [, steps] = place.input().shape as [number, number, number];
  const { builder, name } = place;
  const input = goBackwards ? reversed(place, place.inputs[0]!) : place.inputs[0]!;
  const shared = { gates, units, suffix };
  const kernels = gateTensors(place, recurrence, "kernel", shared);
  const recurrent = gateTensors(place, recurrence, "recurrentKernel", shared);
  const values = biasValues(recurrence, gates.length * units);
  const scale = place.input().scale[0]!;
  const biases = biasTensors(place, values, { ...shared, kernels, scale });
  const grid = gridOf(place.quantized.valueQuantizers.get("state")!, name);
  const { min, max } = place.ranges.at(layer, name, "of its cell state");
  const cellExponent = Math.ceil(Math.log2(Math.max(-min, max, 2 ** -14) / cellLimit));
  const sequence = builder.op(
    {
      type: "lstm",
      layer: name,
      inputs: [input, ...kernels, ...recurrent, ...biases],
      cellExponent,
    },
    place.value(grid, [1, steps, units], `${suffix}${returnSequences ? "" : "_states"}`),
  );
  return sequenceOrLast(place, sequence, { all: returnSequences, suffix });
}

/** @throws TypeError if the activations aren't those of LiteRT's op */
function checkActivations(
  place: Place,
  { activation, recurrentActivation }: Pick<RecurrentOptions, "activation" | "recurrentActivation">,
): void {
  if (activation === "tanh" && recurrentActivation === "sigmoid") return;
  throw place.refusal(
    `its activation is ${activation} and its recurrentActivation ${recurrentActivation} (expected tanh and sigmoid, as LiteRT's LSTM has them; q.models.lstm takes recurrentActivation: "sigmoid")`,
  );
}
