import { checkComputed, type Layer, type LayerNode } from "../graph/index.js";
import { ruleOf, unknownIn } from "../layers/index.js";
import { QuantizedLayer } from "./quantizedLayer.js";
import { leadsOut, leadsTo, readerOf } from "./reach.js";

/** @internal Whether a layer has weights to quantize. */
export function hasWeights(layer: Layer): boolean {
  return Object.keys(ruleOf(layer).weights ?? {}).length > 0;
}

/** @internal Whether a layer quantizes values inside it. */
export function hasValues(layer: Layer): boolean {
  return Object.keys(ruleOf(layer).values ?? {}).length > 0;
}

/**
 * @internal
 * Whether a layer's output is quantized. Every newly computed value is, except
 *
 * - the model's output;
 * - a value that goes only into a nonlinearity, a joining layer, a rotation or a mask: the output of that layer is
 *   quantized;
 * - a value that the layer quantizes inside.
 *
 * The rules look through layers that pass values on.
 */
export function quantizesOutput(node: LayerNode): boolean {
  const { role } = ruleOf(node.layer);
  if (role === "passes" || leadsOut(node) || leadsTo(node, readsExactly)) return false;
  const next = readerOf(node);
  const reads = next && ruleOf(next.layer).role;
  if (reads === "joins") return false;
  return role === "activation" || reads !== "activation";
}

/** @internal Whether an input of the model is quantized. Indices stay as they are, and so do values that a mask compares. */
export function quantizesInput(node: LayerNode): boolean {
  const unrounded = ({ layer }: LayerNode) => ruleOf(layer).indices || ruleOf(layer).compares;
  return !leadsTo(node, unrounded) && !leadsOut(node);
}

/** A rotation spreads outliers, so that rounding after it has the smaller range. */
function readsExactly({ layer }: LayerNode): boolean | undefined {
  return ruleOf(layer).quantizesAfter || ruleOf(layer).compares;
}

/** @internal @throws TypeError if a layer can't be quantized; the message names the layer */
export function checkSupported({ layer }: LayerNode): void {
  if (layer instanceof QuantizedLayer) {
    throw unsupported(layer, "the model is quantized already; start from the float model");
  }
  const unknown = unknownIn(layer);
  if (unknown) {
    const type = unknown.getClassName();
    throw unsupported(
      layer,
      `there is no rule for ${type} (leave the layer in float, as in q.scheme({ …, exclude: ["${layer.name}"] }), or make one, as in q.registerLayer("${type}", { role: "computes" }))`,
    );
  }
  checkComputed(layer, "quantize");
  if ((layer as { stateful?: boolean }).stateful) {
    throw unsupported(layer, "it keeps its state between batches (expected { stateful: false })");
  }
  if (layer.inboundNodes.some(({ outputTensors }) => outputTensors.length > 1)) {
    throw unsupported(
      layer,
      "it has several outputs (expected one, without returnState, and with a mergeMode)",
    );
  }
}

function unsupported(layer: Layer, why: string): TypeError {
  return new TypeError(`cannot quantize layer "${layer.name}" (${layer.getClassName()}): ${why}`);
}
