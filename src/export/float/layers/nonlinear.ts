import type { FusedActivation, TableFunction } from "../../../integer/index.js";
import { nonlinearityOf } from "../../../layers/index.js";
import type { Place } from "../place.js";

/** Functions of one number, by tfjs's names. */
const functions: Readonly<Record<string, TableFunction>> = {
  sigmoid: "sigmoid",
  tanh: "tanh",
  gelu: "gelu",
  elu: "elu",
  selu: "selu",
  softplus: "softplus",
  softsign: "softsign",
  swish: "swish",
  hardSigmoid: "hardSigmoid",
  mish: "mish",
};

/** Adds a layer's linear op, and its nonlinearity: in the op where it is a clamp, else in an op of its own. */
export function withNonlinearity(
  place: Place,
  linear: (activation: FusedActivation) => number,
): number {
  const clamp = clampOf(place);
  return clamp ? linear(clamp) : nonlinear(place, linear("none"));
}

/** Adds a nonlinearity that stands alone. */
export function activation(place: Place): number {
  const input = place.inputs[0]!;
  const clamp = clampOf(place);
  if (!clamp) return nonlinear(place, input);
  if (clamp === "none") return input;
  const op = { type: "relu", layer: place.name, inputs: [input], activation: clamp } as const;
  return place.builder.op(op, place.shape);
}

/** A slope for each channel or each value, below 0. */
export function prelu(place: Place): number {
  const slopes = place.weight(0, { shape: [1, ...place.weightShape(0)] });
  return place.builder.op(
    { type: "prelu", layer: place.name, inputs: [place.inputs[0]!, slopes] },
    place.shape,
  );
}

/** The clamp that a nonlinearity is; `undefined` for a nonlinearity that is more. */
function clampOf(place: Place): FusedActivation | undefined {
  const nonlinearity = nonlinearityOf(place.layer);
  const { maxValue } = place.config as { maxValue?: number | null };
  if (nonlinearity === "linear") return "none";
  if (nonlinearity === "relu") return "relu";
  return nonlinearity === "relu6" && (maxValue ?? 6) === 6 ? "relu6" : undefined;
}

function nonlinear(place: Place, input: number): number {
  const { name: layer, builder, config } = place;
  const { shape } = builder.tensors[input]!;
  const nonlinearity = nonlinearityOf(place.layer);
  const inputs = [input];
  const { alpha = nonlinearity === "leakyRelu" ? 0.3 : 1, axis = -1 } = config as Options;
  if (nonlinearity === "softmax" && (axis === -1 || axis === shape.length - 1)) {
    return builder.op({ type: "softmax", layer, inputs }, shape);
  }
  if (nonlinearity === "leakyRelu" && place.layer.weights.length === 0) {
    return builder.op({ type: "leakyRelu", layer, inputs, alpha }, shape);
  }
  const known = functions[nonlinearity];
  if (known && !(known === "elu" && alpha !== 1)) {
    return builder.op({ type: "table", layer, inputs, function: known }, shape);
  }
  throw place.refusal(
    `its nonlinearity ${nonlinearity} has no form there with these options (expected relu, relu6, leakyRelu, softmax over the last axis, ${Object.keys(functions).join(", ")})`,
  );
}

interface Options {
  alpha?: number;
  axis?: number;
}
