import type { Layer } from "../../../graph/index.js";
import type { GateFunction } from "../../../integer/index.js";
import type { Place } from "../place.js";

interface Options {
  units: number;
  activation: string;
  recurrentActivation?: string;
  returnSequences: boolean;
  goBackwards: boolean;
  useBias: boolean;
  resetAfter?: boolean;
  returnState?: boolean;
  stateful?: boolean;
}

/** A recurrent layer, or one of the two inside of a Bidirectional one. */
interface Recurrence {
  layer: Layer;
  /** The index of its first weight among those of the place's layer. */
  first: number;
  /** The end of the names of its tensors. */
  suffix: string;
}

type RecurrenceWriter = (place: Place, recurrence: Recurrence) => number;

const wholeOf = (place: Place): Recurrence => ({ layer: place.layer, first: 0, suffix: "" });

/** LSTM. */
export function lstm(place: Place, recurrence = wholeOf(place)): number {
  return recurrent(
    place,
    recurrence,
    ["input", "forget", "cell", "output"],
    (inputs, { gates }) => ({
      ...{ type: "lstm", layer: place.name, inputs, cellExponent: 0, gates },
    }),
  );
}

/** GRU, in either form. */
export function gru(place: Place, recurrence = wholeOf(place)): number {
  return recurrent(
    place,
    recurrence,
    ["update", "reset", "candidate"],
    (inputs, { gates, resetAfter }) => ({
      ...{ type: "gru", layer: place.name, inputs, resetAfter, gates },
    }),
  );
}

/** SimpleRNN. */
export function simpleRnn(place: Place, recurrence = wholeOf(place)): number {
  return recurrent(place, recurrence, ["state"], (inputs) => ({
    ...{ type: "simpleRnn", layer: place.name, inputs },
  }));
}

const recurrences: Readonly<Record<string, RecurrenceWriter>> = {
  LSTM: lstm,
  GRU: gru,
  SimpleRNN: simpleRnn,
};

/** Bidirectional: a recurrent layer and one that reads the steps backwards, whose states are joined. */
export function bidirectional(place: Place): number {
  const { forwardLayer, backwardLayer, mergeMode, returnSequences } = place.layer as unknown as {
    forwardLayer: Layer;
    backwardLayer: Layer;
    mergeMode: string | null;
    returnSequences: boolean;
  };
  const type = forwardLayer.getClassName();
  const write = recurrences[type];
  if (!write || mergeMode === null) {
    throw place.refusal(
      `there is no form of Bidirectional with ${type} and mergeMode ${mergeMode} (expected ${Object.keys(recurrences).join(", ")}, and "concat", "sum", "ave" or "mul")`,
    );
  }
  const ahead = write(place, { layer: forwardLayer, first: 0, suffix: "/forward" });
  const first = forwardLayer.weights.length;
  const last = write(place, { layer: backwardLayer, first, suffix: "/backward" });
  const inputs = [ahead, returnSequences ? reversed(place, last) : last];
  const { builder, name: layer, shape } = place;
  if (mergeMode === "concat") {
    return builder.op({ type: "concatenate", layer, inputs, axis: shape.length - 1 }, shape);
  }
  const type2 = mergeMode === "mul" ? "multiply" : "add";
  const joined = builder.op({ type: type2, layer, inputs, activation: "none" }, shape);
  if (mergeMode !== "ave") return joined;
  const half = builder.tensor(
    `${layer}/half`,
    shape.map(() => 1),
    Float32Array.of(0.5),
  );
  return builder.op({ type: "multiply", layer, inputs: [joined, half], activation: "none" }, shape);
}

type NewOp = Parameters<Place["builder"]["op"]>[0];

/** Adds a recurrent op: its inputs are the steps, the gates' kernels, recurrent kernels, biases and recurrent biases. */
function recurrent(
  place: Place,
  { layer, first, suffix }: Recurrence,
  gates: readonly string[],
  opOf: (inputs: number[], options: { gates: GateFunction; resetAfter: boolean }) => NewOp,
): number {
  const options = layer.getConfig() as unknown as Options;
  const { units, returnSequences, goBackwards, useBias, resetAfter = false } = options;
  checkOptions(place, options);
  const input = goBackwards ? reversed(place, place.inputs[0]!) : place.inputs[0]!;
  const [, steps] = place.inputShape() as [number, number];
  const parts = (i: number, name: string, rows: number) =>
    gates.map((gate, g) =>
      gateWeight(place, first + i, { name, gate: `${suffix}/${gate}`, g, units, rows }),
    );
  const kernels = parts(0, "kernel", place.inputShape()[2]!);
  const recurrentKernels = parts(1, "recurrent_kernel", units);
  const biases = useBias
    ? parts(2, "bias", 0)
    : gates.map((gate) => zeros(place, `${suffix}/${gate}`, units));
  const others = resetAfter
    ? useBias
      ? parts(2, "recurrent_bias", 0)
      : gates.map((gate) => zeros(place, `${suffix}/${gate}`, units))
    : [];
  const inputs = [input, ...kernels, ...recurrentKernels, ...biases, ...others];
  const recurrentActivation = (options.recurrentActivation ?? "sigmoid") as GateFunction;
  const { builder, name } = place;
  const sequence = builder.op(opOf(inputs, { gates: recurrentActivation, resetAfter }), [
    1,
    steps,
    units,
  ]);
  if (returnSequences) return sequence;
  const last = builder.op(
    { type: "slice", layer: name, inputs: [sequence], begin: [0, steps - 1, 0] },
    [1, 1, units],
  );
  return place.reshape(last, [1, units]);
}

function checkOptions(
  place: Place,
  { activation, recurrentActivation = "sigmoid", returnState, stateful }: Options,
): void {
  if (place.inputs.length > 1 || returnState || stateful) {
    throw place.refusal(
      "its states come from outside or go there (expected a layer whose states begin at 0, without returnState and stateful)",
    );
  }
  if (activation === "tanh" && ["sigmoid", "hardSigmoid"].includes(recurrentActivation)) return;
  throw place.refusal(
    `its activation is ${activation} and its recurrentActivation ${recurrentActivation} (expected tanh, and sigmoid or hardSigmoid)`,
  );
}

/** The steps from the last to the first. */
function reversed(place: Place, input: number): number {
  const { shape } = place.builder.tensors[input]!;
  return place.builder.op({ type: "reverse", layer: place.name, inputs: [input], axis: 1 }, shape);
}

interface GatePart {
  name: string;
  gate: string;
  g: number;
  units: number;
  /** The rows of a kernel; 0 for a bias. */
  rows: number;
}

/** One gate's part of a weight: `[units, rows]` of a kernel `[rows, gates · units]`, or `[units]` of a bias. */
function gateWeight(place: Place, i: number, { name, gate, g, units, rows }: GatePart): number {
  const weight = place.layer.weights[i]!;
  return place.builder.weight(`${place.name}${gate}_${name}`, () => {
    const values = weight.read().dataSync() as Float32Array;
    const width = weight.shape.at(-1)!;
    if (rows === 0) {
      // The biases of the input and of the state stand below each other.
      const from = (name === "recurrent_bias" ? width : 0) + g * units;
      return { shape: [units], values: values.slice(from, from + units) };
    }
    const part = Float32Array.from({ length: units * rows }, (_, at) => {
      const [unit, row] = [Math.floor(at / rows), at % rows];
      return values[row * width + g * units + unit]!;
    });
    return { shape: [units, rows], values: part };
  });
}

function zeros(place: Place, gate: string, units: number): number {
  return place.builder.weight(`${place.name}${gate}_zeros`, () => ({
    shape: [units],
    values: new Float32Array(units),
  }));
}
