import type { Layer } from "../../../graph/index.js";
import { weightAt } from "../../../layers/index.js";
import { biasCodes } from "../../../quantized/index.js";
import type { Place } from "../context.js";
import { weightCodes } from "../weights.js";

/** A recurrent layer, or one of the two inside of a Bidirectional one. */
export interface Recurrence {
  layer: Layer;
  /** The beginning of the paths of its weights. */
  path: string;
  /** The end of the names of its tensors, after the place's name. */
  suffix: string;
}

/** A layer that is its own recurrence. */
export function wholeOf(place: Place): Recurrence {
  return { layer: place.inner, path: "", suffix: "" };
}

/** Options that all recurrent layers have. */
export interface RecurrentOptions {
  units: number;
  activation: string;
  recurrentActivation?: string;
  returnSequences: boolean;
  goBackwards: boolean;
}

/** @throws TypeError if states come from outside or stay after an example */
export function checkStates(place: Place, { layer }: Recurrence): void {
  const { stateful } = layer.getConfig() as { stateful?: boolean };
  if (place.inputs.length > 1) {
    throw place.refusal("it takes initial states (expected states that begin at 0)");
  }
  if (stateful) throw place.refusal("it is stateful (expected stateful: false)");
}

/** The steps of `[1, steps, features]` from the last to the first. */
export function reversed(place: Place, input: number): number {
  const { codes: _, ...x } = place.builder.at(input);
  return place.builder.op(
    { type: "reverse", layer: place.name, inputs: [input], axis: 1 },
    { ...x, name: `${x.name}_reversed` },
  );
}

/** All steps of a sequence, or the last one. */
export function sequenceOrLast(
  place: Place,
  sequence: number,
  { all, suffix }: { all: boolean; suffix: string },
): number {
  if (all) return sequence;
  const { codes: _, ...states } = place.builder.at(sequence);
  const [, steps, units] = states.shape as [number, number, number];
  const last = place.builder.op(
    { type: "slice", layer: place.name, inputs: [sequence], begin: [0, steps - 1, 0] },
    { ...states, name: `${place.name}${suffix}_last`, shape: [1, 1, units] },
  );
  return place.reshape(last, [1, units]);
}

/** The names of a layer's gates, in the order of its kernels, and the size of its state. */
interface Gates {
  gates: readonly string[];
  units: number;
}

/** One tensor `[units, inputs]` for each gate, out of a kernel `[inputs, gates · units]`. */
export function gateTensors(
  place: Place,
  { path, suffix }: Recurrence,
  weight: "kernel" | "recurrentKernel",
  { gates, units }: Gates,
): number[] {
  const { codes, shape, scale, smallest, largest } = weightCodes(
    place.quantized,
    place.name,
    `${path}cell.${weight}`,
  );
  if (scale.length > 1) {
    throw place.refusal(
      `its weights have a scale for each channel, and each gate takes one (expected weights per tensor, as in types: { ${place.type}: { weights: q.int(8) } })`,
    );
  }
  const inputs = shape[0]!;
  const kind = weight === "kernel" ? "kernel" : "recurrent_kernel";
  return gates.map((gate, g) => {
    const values = new Int8Array(units * inputs);
    for (let i = 0; i < inputs; i++) {
      for (let u = 0; u < units; u++) {
        values[u * inputs + i] = codes[i * gates.length * units + g * units + u]!;
      }
    }
    return place.builder.tensor({
      name: [place.name + suffix, gate, kind].filter(Boolean).join("_"),
      shape: [units, inputs],
      type: "int8",
      ...{ smallest, largest, scale, zeroPoint: Int32Array.of(0), codes: values },
    });
  });
}

/** The values of the biases of all gates; zeros if the layer has none. */
export function biasValues({ layer }: Recurrence, count: number): Float32Array {
  const { useBias } = layer.getConfig() as { useBias?: boolean };
  if (useBias === false) return new Float32Array(count);
  return weightAt(layer, "cell.bias").read().dataSync() as Float32Array;
}

/** One tensor of bias codes for each gate, on the scale of the values times that of the gate's kernel. */
export function biasTensors(
  place: Place,
  values: Float32Array,
  {
    gates,
    units,
    kernels,
    suffix,
    scale: valuesScale,
  }: Gates & { kernels: number[]; scale: number; suffix: string },
): number[] {
  return gates.map((gate, g) => {
    const own = values.subarray(g * units, (g + 1) * units);
    const { codes, scale } = biasCodes(own, valuesScale, place.builder.at(kernels[g]!).scale);
    return place.builder.tensor({
      name: [place.name + suffix, gate, "bias"].filter(Boolean).join("_"),
      shape: [units],
      type: "int32",
      ...{ scale, zeroPoint: Int32Array.of(0), codes },
      ...{ smallest: -(2 ** 31), largest: 2 ** 31 - 1 },
    });
  });
}
