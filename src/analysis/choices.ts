import { withBits } from "../quantizers/format.js";
import { scheme as makeScheme, type Scheme } from "../quantizers/index.js";
import { formatsOf } from "../quantizers/scheme.js";
import type { tf } from "../tensorflow/index.js";
import { type CostRow, cost } from "./cost.js";
import type { Scores } from "./sensitivityResult.js";

/** A width that a layer's kernel can have, with what it costs. */
export interface Choice {
  bits: number;
  /** What quantizing costs, in the scores' unit. */
  score: number;
  bytes: number;
  bitOperations: number;
}

/** @internal The layers whose width is chosen, with their choices, few bits first. */
export interface LayerChoices {
  layer: string;
  choices: Choice[];
}

/** @internal What the widths of each layer cost; layers without scores keep the scheme's format. */
export function choicesOf(model: tf.LayersModel, scheme: Scheme, scores: Scores): LayerChoices[] {
  const costs = new Map<string, CostRow>(
    cost(model, scheme).rows.map((row) => [row.layer, row] as const),
  );
  return Object.entries(scores).map(([layer, widths]) => {
    const row = costs.get(layer);
    const { weights } = formatsOf(scheme, { name: layer });
    if (!row || !weights) {
      const why = row ? "keeps its kernel in float32" : "isn't in the model";
      throw new RangeError(`invalid sensitivity: layer "${layer}" ${why}`);
    }
    const kernel = kernelSize(model, layer);
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
        bytes: Math.ceil((kernel * bits) / 8) + 4 * (row.parameters - kernel),
        bitOperations: row.MACs * bits * row["input bits"],
      };
    });
    return { layer, choices: choices.sort((a, b) => a.bits - b.bits) };
  });
}

/** How many of a layer's parameters are its kernel's: the others stay float32. */
function kernelSize(model: tf.LayersModel, layer: string): number {
  const shape = model.getLayer(layer).getWeights()[0]!.shape;
  return shape.reduce((size, length) => size * length, 1);
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
