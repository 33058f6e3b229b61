import { nonlinearityOf } from "../../../layers/index.js";
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
const probabilities: TensorGrid = {
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
  if (place.type === "PReLU") {
    throw place.refusal(
      `a slope for each channel has no integer form here (expected LeakyReLU or ReLU, or the layer in float, as in q.convert(model, { float: ["${place.name}"] }))`,
    );
  }
  if (nonlinearity in tables || ["softmax", "leakyRelu"].includes(nonlinearity)) return;
  throw place.refusal(
    `there is no integer form of ${nonlinearity}${nonlinearity === "relu6" ? " with another bound than 6" : ""} (expected relu, relu6, leakyRelu, softmax, ${Object.keys(tables).join(", ")}; or the layer in float, as in q.convert(model, { float: ["${place.name}"] }))`,
  );
}
