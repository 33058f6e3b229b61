import { nonlinearityOf, weightAt } from "../../../layers/index.js";
import type { FusedActivation, TableFunction } from "../../program/index.js";
import { clampOf, type Place } from "../context.js";
import type { TensorGrid } from "../grid.js";

/** Functions of a table, by tfjs's names. */
const tables: Readonly<Record<string, TableFunction>> = {
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

/** The output of a softmax, whatever its inputs are: the grid that runtimes demand. */
export const probabilities: TensorGrid = {
  type: "int8",
  smallest: -128,
  largest: 127,
  scale: Float32Array.of(1 / 256),
  zeroPoint: Int32Array.of(-128),
};

/**
 * Adds a layer's linear op, and its nonlinearity: in the op where it is a clamp, else in an op of its own, which
 * reads codes over the range that calibration shows.
 *
 * @param linear adds the linear op, onto a grid or, without one, as accumulators
 */
export function withNonlinearity(
  place: Place,
  linear: (grid: TensorGrid | undefined, activation: FusedActivation) => number,
): number {
  const clamp = clampOf(place.inner);
  if (clamp !== undefined) {
    const { grid, activation } = place.target(clamp);
    return linear(grid, activation);
  }
  checkNonlinearity(place);
  return nonlinear(place, linear(place.calibrated("before its nonlinearity"), "none"));
}

/** Adds a nonlinearity that stands alone. */
export function activation(place: Place): number {
  const input = place.inputs[0]!;
  if (place.fused) return input;
  const clamp = clampOf(place.inner);
  if (clamp === undefined) {
    checkNonlinearity(place);
    return nonlinear(place, input);
  }
  const target = place.target(clamp);
  const grid = target.grid ?? place.input();
  if (target.activation === "none") return place.on(grid, input);
  return place.builder.op(
    { type: "relu", layer: place.name, inputs: [input], activation: target.activation },
    place.value(grid),
  );
}

/** Adds the op of a nonlinearity that isn't a clamp. */
function nonlinear(place: Place, input: number): number {
  const { builder, name, shape } = place;
  const nonlinearity = nonlinearityOf(place.inner);
  if (nonlinearity === "softmax") {
    const output = builder.op(
      { type: "softmax", layer: name, inputs: [input] },
      place.value(probabilities, shape),
    );
    const { grid } = place.ranges.known || quantizes(place) ? place.target() : { grid: undefined };
    return grid && quantizes(place) ? place.on(grid, output) : output;
  }
  const { grid } = place.targetGrid();
  if (nonlinearity === "leakyRelu") {
    const { alpha = 0.3 } = place.config as { alpha?: number };
    return builder.op(
      { type: "leakyRelu", layer: name, inputs: [input], alpha },
      place.value(grid),
    );
  }
  return builder.op(
    { type: "table", layer: name, inputs: [input], function: tables[nonlinearity]! },
    place.value(grid),
  );
}

/**
 * PReLU: a slope for each channel or each value, with 8 bits and one scale for all. The prepared model has the slopes in
 * float.
 */
export function prelu(place: Place): number {
  const alpha = weightAt(place.inner, "alpha").read();
  const values = alpha.dataSync() as Float32Array;
  const scale = Math.fround(values.reduce((max, v) => Math.max(max, Math.abs(v)), 0) / 127) || 1;
  const { builder, name } = place;
  const slopes = builder.tensor({
    name: `${name}_slopes`,
    shape: [1, ...(alpha.shape as number[])],
    type: "int8",
    ...{ smallest: -128, largest: 127, scale: Float32Array.of(scale), zeroPoint: Int32Array.of(0) },
    codes: Int8Array.from(values, (value) => Math.round(value / scale)),
  });
  const { grid } = place.targetGrid();
  const inputs = [place.inputs[0]!, slopes];
  return builder.op({ type: "prelu", layer: name, inputs }, place.value(grid));
}

function quantizes({ node }: Place): boolean {
  return "outputQuantizer" in node.layer && node.layer.outputQuantizer !== undefined;
}

/** @throws TypeError if the nonlinearity has no integer form */
function checkNonlinearity(place: Place): void {
  const nonlinearity = nonlinearityOf(place.inner);
  const { axis = -1 } = place.config as { axis?: number };
  if (nonlinearity === "softmax" && axis !== -1 && axis !== place.shape.length - 1) {
    throw place.refusal(`its softmax is over axis ${axis} (expected the last axis)`);
  }
  if (nonlinearity in tables || ["softmax", "leakyRelu"].includes(nonlinearity)) return;
  throw place.refusal(
    `there is no integer form of ${nonlinearity}${nonlinearity === "relu6" ? " with another bound than 6" : ""} (expected relu, relu6, leakyRelu, softmax, ${Object.keys(tables).join(", ")}; or the layer in float, as in q.convert(model, { float: ["${place.name}"] }))`,
  );
}
