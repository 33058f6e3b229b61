import type { Place } from "../context.js";
import { gridOf } from "../grid.js";
import { biasTensors, biasValues, gateTensors, reversed, sequenceOrLast } from "./recurrent.js";

/** The gates of a GRU, in the order of its kernels and of the engine's op. */
const gates = ["update", "reset", "candidate"];

interface Options {
  units: number;
  activation: string;
  recurrentActivation: string;
  returnSequences: boolean;
  goBackwards: boolean;
  stateful: boolean;
  resetAfter?: boolean;
}

/** GRU, which the engine computes in the manner of LiteRT's LSTM; no format of a file has it. */
export function gru(place: Place): number {
  const options = place.config as unknown as Options;
  checkOptionsOf(place, options);
  const { units, returnSequences, goBackwards, resetAfter = false } = options;
  const [, steps] = place.input().shape as [number, number, number];
  const { builder, name } = place;
  const input = goBackwards ? reversed(place, place.inputs[0]!) : place.inputs[0]!;
  const kernels = gateTensors(place, "cell.kernel", { gates, units });
  const recurrent = gateTensors(place, "cell.recurrentKernel", { gates, units });
  const grid = gridOf(place.quantized.valueQuantizers.get("state")!, name);
  const size = gates.length * units;
  const values = biasValues(place, resetAfter ? 2 * size : size);
  const shared = { gates, units };
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
    place.value(grid, [1, steps, units], returnSequences ? "" : "_states"),
  );
  return sequenceOrLast(place, sequence, returnSequences);
}

/** @throws TypeError if the layer differs from the engine's op */
function checkOptionsOf(place: Place, options: Options): void {
  const { activation, recurrentActivation, stateful } = options;
  if (place.inputs.length > 1) {
    throw place.refusal("it takes initial states (expected states that begin at 0)");
  }
  if (stateful) throw place.refusal("it is stateful (expected stateful: false)");
  if (activation !== "tanh" || recurrentActivation !== "sigmoid") {
    throw place.refusal(
      `its activation is ${activation} and its recurrentActivation ${recurrentActivation} (expected tanh and sigmoid; q.models.gru takes recurrentActivation: "sigmoid")`,
    );
  }
}
