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

/** The gates of a GRU, in the order of its kernels and of the engine's op. */
const gates = ["update", "reset", "candidate"];

/** GRU, which the engine computes in the manner of LiteRT's LSTM; no format of a file has it. */
export function gru(place: Place, recurrence = wholeOf(place)): number {
  const { layer, suffix } = recurrence;
  checkStates(place, recurrence);
  const {
    units,
    returnSequences,
    goBackwards,
    resetAfter = false,
    ...options
  } = layer.getConfig() as unknown as RecurrentOptions & { resetAfter?: boolean };
  checkActivations(place, options);
  const [, steps] = place.input().shape as [number, number, number];
  const { builder, name } = place;
  const input = goBackwards ? reversed(place, place.inputs[0]!) : place.inputs[0]!;
  const shared = { gates, units, suffix };
  const kernels = gateTensors(place, recurrence, "kernel", shared);
  const recurrent = gateTensors(place, recurrence, "recurrentKernel", shared);
  const grid = gridOf(place.quantized.valueQuantizers.get("state")!, name);
  const size = gates.length * units;
  const values = biasValues(recurrence, resetAfter ? 2 * size : size);
  const inputScale = place.input().scale[0]!;
  const biases = biasTensors(place, values, { ...shared, kernels, scale: inputScale });
  const others = resetAfter
    ? biasTensors(place, values.subarray(size), {
        ...shared,
        kernels: recurrent,
        scale: grid.scale[0]!,
      })
    : [];
  const inputs = [input, ...kernels, ...recurrent, ...biases, ...others];
  const sequence = builder.op(
    { type: "gru", layer: name, inputs, resetAfter },
    place.value(grid, [1, steps, units], `${suffix}${returnSequences ? "" : "_states"}`),
  );
  return sequenceOrLast(place, sequence, { all: returnSequences, suffix });
}

/** @throws TypeError if the activations aren't those of the engine's op */
function checkActivations(
  place: Place,
  { activation, recurrentActivation }: Pick<RecurrentOptions, "activation" | "recurrentActivation">,
): void {
  if (activation === "tanh" && recurrentActivation === "sigmoid") return;
  throw place.refusal(
    `its activation is ${activation} and its recurrentActivation ${recurrentActivation} (expected tanh and sigmoid; q.models.gru takes recurrentActivation: "sigmoid")`,
  );
}
