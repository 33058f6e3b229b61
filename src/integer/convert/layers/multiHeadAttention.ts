import type { Layer } from "../../../graph/index.js";
import { biasOf } from "../../../layers/index.js";
import type { Place } from "../context.js";
import { gridOf, type TensorGrid } from "../grid.js";
import { means, scores } from "./attention.js";
import { kernelOf, linearTensors } from "./kernels.js";
import { probabilities } from "./nonlinear.js";

/** The dense layers inside. */
type Part = "query" | "key" | "value" | "projection";

interface Options {
  numHeads: number;
  useCausalMask: boolean;
}

/** Multi-head attention as one layer: four dense layers, scores, a softmax, and the means of the values. */
export function multiHeadAttention(place: Place): number {
  const { numHeads, useCausalMask } = place.config as unknown as Options;
  if (useCausalMask) {
    throw place.refusal(
      "a step sees itself and earlier steps alone (expected useCausalMask: false; integer models have no masks)",
    );
  }
  const [x, values = x, keys = values] = place.inputs as [number, number?, number?];
  const inside = (name: string) => gridOf(place.quantized.valueQuantizers.get(name)!, place.name);
  const queries = project(place, "query", { input: x, grid: inside("queries") });
  const projectedKeys = project(place, "key", { input: keys!, grid: inside("keys") });
  const projectedValues = project(place, "value", { input: values!, grid: inside("values") });
  const fit = scores(place.seen({ suffix: "_scores" }), [queries, projectedKeys], {
    heads: numHeads,
    grid: inside("scores"),
  });
  const { builder, name } = place;
  const shares = builder.op(
    { type: "softmax", layer: name, inputs: [fit] },
    place.value(probabilities, builder.at(fit).shape, "_softmax"),
  );
  const attention = place.on(inside("attention"), shares);
  const view = place.seen({ suffix: "_mixed" });
  const mixed = means(view, [attention, projectedValues], inside("mixed"));
  return project(place, "projection", { input: mixed, grid: place.target().grid });
}

/** A dense layer inside of the place's layer. */
function project(
  place: Place,
  part: Part,
  { input, grid }: { input: number; grid: TensorGrid | undefined },
): number {
  const path = `${part}.kernel`;
  const [inputs, outputs] = place.quantized.latent(path).shape as [number, number];
  const layer = (place.inner as unknown as Record<Part, Layer>)[part];
  const bias = biasOf(layer)?.read().dataSync() as Float32Array | undefined;
  const view = part === "projection" ? place : place.seen({ suffix: `_${part}` });
  const { inputs: reads, output } = linearTensors(view, {
    kernel: kernelOf(place, { order: [1, 0], shape: [outputs, inputs], axis: 0, path }),
    bias: bias ?? new Float32Array(outputs),
    ...{ input, grid, shape: [...place.builder.at(input).shape.slice(0, -1), outputs] },
  });
  return place.builder.op(
    { type: "fullyConnected", layer: place.name, inputs: reads, activation: "none" },
    output,
  );
}
