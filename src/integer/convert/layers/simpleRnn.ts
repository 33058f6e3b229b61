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

/** A SimpleRNN is one gate. */
const gates = [""];

/** SimpleRNN, which the engine computes in the manner of LiteRT's LSTM; no format of a file has it in integers. */
export function simpleRnn(place: Place, recurrence = wholeOf(place)): number {
  const { layer, suffix } = recurrence;
  checkStates(place, recurrence);
  const { units, activation, returnSequences, goBackwards } =
    layer.getConfig() as unknown as RecurrentOptions;
  if (activation !== "tanh") throw place.refusal(`its activation is ${activation} (expected tanh)`);
  const [, steps] = place.input().shape as [number, number, number];
  const { builder, name } = place;
  const input = goBackwards ? reversed(place, place.inputs[0]!) : place.inputs[0]!;
  const shared = { gates, units, suffix };
  const kernels = gateTensors(place, recurrence, "kernel", shared);
  const recurrent = gateTensors(place, recurrence, "recurrentKernel", shared);
  const values = biasValues(recurrence, units);
  const scale = place.input().scale[0]!;
  const biases = biasTensors(place, values, { ...shared, kernels, scale });
  const grid = gridOf(place.quantized.valueQuantizers.get("state")!, name);
  const sequence = builder.op(
    { type: "simpleRnn", layer: name, inputs: [input, ...kernels, ...recurrent, ...biases] },
    place.value(grid, [1, steps, units], `${suffix}${returnSequences ? "" : "_states"}`),
  );
  return sequenceOrLast(place, sequence, { all: returnSequences, suffix });
}
