import type { Layer, LayerNode } from "../graph/index.js";
import { nonlinearityOf, ruleOf } from "../layers/index.js";

/** @internal Whether a layer passes values on as they are, so that they keep their format. */
export function passesValues(layer: Layer): boolean {
  return ruleOf(layer).role === "passes";
}

/** Whether a layer passes values on unchanged, without quantized values inside. */
function passesUntouched(layer: Layer): boolean {
  const { role, weights = {}, values = {} } = ruleOf(layer);
  return role === "passes" && Object.keys({ ...weights, ...values }).length === 0;
}

/** Whether rounding before a layer would be seen as rounding of its output. */
function carries(layer: Layer): boolean {
  const { role, resamples } = ruleOf(layer);
  const identity = role === "activation" && nonlinearityOf(layer) === "linear";
  return passesUntouched(layer) || resamples === true || identity;
}

/**
 * @internal
 * Whether a node's output goes only into outputs of the model, directly or through layers that pass values on,
 * average or rescale them.
 */
export function leadsOut({ consumers, isOutput }: LayerNode): boolean {
  if (consumers.length === 0) return isOutput;
  return consumers.every((next) => carries(next.layer) && leadsOut(next));
}

/**
 * @internal
 * Whether a node's output goes only into layers of a kind, directly or through layers that pass it on.
 */
export function leadsTo(node: LayerNode, kind: (node: LayerNode) => boolean | undefined): boolean {
  const { consumers } = node;
  return (
    consumers.length > 0 &&
    consumers.every(
      (next) => kind(next) || (passesValues(next.layer) && !next.isOutput && leadsTo(next, kind)),
    )
  );
}

/** @internal The nodes of a kind that a node's output goes into, directly or through layers that pass it on. */
export function readersLike(node: LayerNode, kind: (node: LayerNode) => boolean): LayerNode[] {
  return node.consumers.flatMap((next) => {
    if (kind(next)) return [next];
    return passesValues(next.layer) ? readersLike(next, kind) : [];
  });
}

/**
 * @internal
 * The only layer that reads a node's output, directly or through layers that pass it on; none for an output of
 * the model.
 */
export function readerOf({ consumers, isOutput }: LayerNode): LayerNode | undefined {
  const [next, ...others] = consumers;
  if (!next || others.length > 0 || isOutput) return undefined;
  return passesUntouched(next.layer) ? readerOf(next) : next;
}
