import { formatsOf, scheme as makeScheme, type Scheme, withBits } from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import { type CostRow, cost } from "../cost/cost.js";
import { storedBytes, weightSizes } from "../cost/storedBytes.js";
import { kernelLayers } from "../plan.js";
import type { Scores } from "../sensitivity/sensitivityResult.js";

/** A width that a layer's kernel can have, with its costs. */
export interface Choice {
  bits: number;
  /** The score of the width: the less, the better. */
  score: number;
  bytes: number;
  bitOperations: number;
}

/** @internal The layers whose width is chosen, with their choices, few bits first. */
export interface LayerChoices {
  layer: string;
  choices: Choice[];
}

/** @internal The costs of each layer's widths; a layer without scores keeps the scheme's format. */
export function choicesOf(model: tf.LayersModel, scheme: Scheme, scores: Scores): LayerChoices[] {
  const costs = new Map<string, CostRow>(
    cost(model, scheme).rows.map((row) => [row.layer, row] as const),
  );
  const kernels = new Map(kernelLayers(model).map(({ name, layer }) => [name, layer]));
  return Object.entries(scores).map(([layer, widths]) => {
    const row = costs.get(layer);
    const { weights } = formatsOf(scheme, { name: layer });
    if (!row || !weights) {
      const why = row ? "keeps its kernel in float32" : "isn't in the model";
      throw new RangeError(`invalid sensitivity: layer "${layer}" ${why}`);
    }
    const sizes = weightSizes(kernels.get(layer)!);
    const choices = Object.entries(widths).map(([width, score]) => {
      const bits = Number(width);
      withBits(weights, bits);
      if (!Number.isFinite(score)) {
        throw new RangeError(
          `invalid sensitivity: ${score} for "${layer}" at ${bits} bits (expected a finite number)`,
        );
      }
      return {
        bits,
        score,
        bytes: storedBytes(sizes, row.parameters, bits),
        bitOperations: (row["bit-operations"] / row["weight bits"]) * bits,
      };
    });
    return { layer, choices: choices.sort((a, b) => a.bits - b.bits) };
  });
}

/** @internal The scheme with the chosen widths. */
export function schemeWith(scheme: Scheme, bits: Record<string, number>): Scheme {
  const layers = Object.entries(bits).map(([name, width]) => {
    const weights = withBits(formatsOf(scheme, { name }).weights!, width);
    return [name, { ...scheme.layers[name], weights }] as const;
  });
  const { weights, activations } = scheme;
  return makeScheme({
    weights,
    activations,
    layers: { ...scheme.layers, ...Object.fromEntries(layers) },
  });
}
