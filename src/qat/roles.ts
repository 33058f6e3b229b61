import type { Layer, LayerNode } from "../models/topology.js";
import { ruleOf, unknownIn, weightsOf } from "./layers/registry.js";

/**
 * @internal
 * The name of the property in which a type of layers keeps its kernel, if that is the only weight to
 * quantize.
 */
export function kernelName(className: string): string | undefined {
  const paths = Object.keys(weightsOf(className));
  return paths.length === 1 ? paths[0] : undefined;
}

/** @internal Whether a layer has weights to quantize. */
export function hasWeights(layer: Layer): boolean {
  return Object.keys(ruleOf(layer).weights ?? {}).length > 0;
}

/** @internal Whether values inside a layer are quantized, and which it is made of where nothing else is. */
export function hasValues(layer: Layer): boolean {
  return Object.keys(ruleOf(layer).values ?? {}).length > 0;
}

/**
 * @internal
 * Whether a layer's output is quantized: every newly computed value is, but for the model's output, for what
 * goes only into a nonlinearity, a joining layer or a rotation, whose output is, and for values that are
 * quantized inside.
 */
export function quantizesOutput(node: LayerNode): boolean {
  const { layer, consumers, isOutput } = node;
  if ((isOutput && consumers.length === 0) || feedsRotation(consumers)) return false;
  const { role } = ruleOf(layer);
  if (role === "passes") return false;
  const next = consumers.length === 1 && !isOutput ? ruleOf(consumers[0]!.layer).role : undefined;
  if (next === "joins") return false;
  return role === "activation" || next !== "activation";
}

/** @internal Whether an input of the model is quantized: indices aren't. */
export function quantizesInput({ consumers }: LayerNode): boolean {
  return !consumers.every(readsIndices);
}

function readsIndices({ layer, consumers, isOutput }: LayerNode): boolean {
  const { indices, role } = ruleOf(layer);
  if (indices) return true;
  return role === "passes" && !isOutput && consumers.length > 0 && consumers.every(readsIndices);
}

/** A rotation spreads outliers, so that rounding after it has the smaller range. */
function feedsRotation(consumers: LayerNode[]): boolean {
  return (
    consumers.length > 0 &&
    consumers.every(({ layer, isOutput, consumers }) => {
      const passes = ruleOf(layer).role === "passes" && !isOutput;
      return layer.getClassName() === "Rotation" || (passes && feedsRotation(consumers));
    })
  );
}

/** @internal @throws TypeError for a layer that can't be quantized, naming it. */
export function checkSupported({ layer }: LayerNode): void {
  const className = layer.getClassName();
  if (className === "QuantizedLayer") {
    throw unsupported(layer, "the model is quantized already; start from the float model");
  }
  const unknown = unknownIn(layer);
  if (unknown) {
    const type = unknown.getClassName();
    throw unsupported(
      layer,
      `there is no rule for ${type} (leave the layer in float, as in q.scheme({ …, exclude: ["${layer.name}"] }), or make one, as in q.qat.register("${type}", { role: "computes" }))`,
    );
  }
  if ((layer as { stateful?: boolean }).stateful) {
    throw unsupported(layer, "it keeps its state between batches (expected { stateful: false })");
  }
  if (Array.isArray(layer.outputShape[0])) {
    throw unsupported(
      layer,
      "it has several outputs (expected one, without returnState, and with a mergeMode)",
    );
  }
}

function unsupported(layer: Layer, why: string): TypeError {
  return new TypeError(`cannot quantize layer "${layer.name}" (${layer.getClassName()}): ${why}`);
}

/** @internal Whether a layer passes values on as they are, so that they keep their format. */
export function passesValues(layer: Layer): boolean {
  return ruleOf(layer).role === "passes";
}
