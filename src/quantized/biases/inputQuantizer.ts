import type { Layer } from "../../graph/index.js";
import { ruleOf } from "../../layers/index.js";
import { QuantizedLayer } from "../quantizedLayer.js";
import type { TensorQuantizer } from "../tensorQuantizer.js";

/** The parts of a layer's place in the graph that say which layer feeds it. */
type Inbound = Layer["inboundNodes"][number];

/**
 * @internal
 * The quantizer whose values a layer's input consists of. It is found in the model's graph, so that a model out of a
 * file has it too.
 *
 * @returns `undefined` where the input isn't quantized, or where the layer's places have inputs of several quantizers
 */
export function inputQuantizer(layer: Layer): TensorQuantizer | undefined {
  const found = new Set(layer.inboundNodes.flatMap((place) => sourcesOf(place)));
  return found.size === 1 ? [...found][0] : undefined;
}

function sourcesOf({ inboundLayers, nodeIndices }: Inbound): TensorQuantizer[] {
  return inboundLayers.flatMap((layer, i) => {
    if (layer instanceof QuantizedLayer) return quantizerOf(layer) ?? [];
    if (ruleOf(layer).role !== "passes") return [];
    return sourcesOf(layer.inboundNodes[nodeIndices[i]!]!);
  });
}

/** The quantizer of a layer's output, or of the values inside that the output consists of. */
function quantizerOf(layer: QuantizedLayer): TensorQuantizer | undefined {
  const { outputQuantizer, valueQuantizers, inner } = layer;
  const isInside = ruleOf(inner).role === "passes";
  return outputQuantizer ?? (isInside ? [...valueQuantizers.values()].at(-1) : undefined);
}
