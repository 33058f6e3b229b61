import { isRecurrent, ruleOf } from "../layers/index.js";
import { layersIn } from "./options.js";
import type { Layer, LayerNode } from "./topology.js";

/** A mask at a place in a graph. */
interface Mask {
  /** The layer that makes it. */
  maker: Layer;
  /** The name of the inner model that the mask has left, if there is one. */
  left: string | undefined;
}

/**
 * @internal
 * Checks that no layer would read a mask that it doesn't read in tfjs. tfjs passes no mask out of a model that
 * is called in another model; if the layers of the inner model took that model's place, the mask would go on.
 *
 * @param nodes the nodes, each after the nodes that feed it
 * @throws TypeError if a recurrent layer would get a mask from an inner model; the message names the layer
 */
export function checkMasks(nodes: readonly LayerNode[]): void {
  const masks = new Map<LayerNode, Mask | undefined>();
  for (const node of nodes) {
    const masksIn = node.inputs.map((input, i): Mask | undefined => {
      const mask = masks.get(input);
      return mask && { ...mask, left: mask.left ?? node.leaves[i] };
    });
    const { layer } = node;
    const recurrent = [layer, ...layersIn(layer)].some(isRecurrent);
    if (recurrent && masksIn[0]?.left !== undefined) throw reaches(layer, masksIn[0]);
    masks.set(node, maskAfter(layer, masksIn));
  }
}

function maskAfter(layer: Layer, masksIn: readonly (Mask | undefined)[]): Mask | undefined {
  const { maskZero, returnSequences } = layer.getConfig();
  if (ruleOf(layer).compares || maskZero) return { maker: layer, left: undefined };
  if (!layer.supportsMasking || returnSequences === false) return undefined;
  return masksIn.find((mask) => mask !== undefined);
}

function reaches(layer: Layer, { maker, left }: Mask): TypeError {
  return new TypeError(
    `cannot rebuild layer "${layer.name}" (${layer.getClassName()}): the mask of layer "${maker.name}" doesn't leave model "${left}" in tfjs, and would reach it in the rebuilt model (expected a mask in the same model as the layers that read it, and none that leaves a model inside)`,
  );
}
