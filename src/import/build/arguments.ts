import type { LayerConfig } from "../config/modelConfig.js";
import type { Call, Ref } from "../config/nodes.js";
import { nameOf } from "./layer.js";

/** Arguments of Keras' calls that name tensors, in the order in which a layer here takes them. */
const named: Readonly<Record<string, readonly string[]>> = {
  MultiHeadAttention: ["query", "value", "key"],
};

/** Arguments that change nothing in inference. */
const passedOver = ["training"];

/**
 * @internal
 * The tensors that a call passes to its layer, in order.
 *
 * @throws Error if an argument has no place here
 */
export function tensorsOf(layer: LayerConfig, call: Call): Ref[] {
  const order = named[layer.className] ?? [];
  const tensors = [...call.inputs];
  const where = nameOf(layer);
  if (call.constants.length > 0) {
    throw new Error(
      `${where} is called with ${JSON.stringify(call.constants[0])?.slice(0, 100)}, which isn't a tensor (write it as a layer in Python, as in keras.layers.Rescaling)`,
    );
  }
  for (const [name, value] of Object.entries(call.named)) {
    if (value === null || value === false || passedOver.includes(name)) continue;
    const refs = isRefs(value) ? value : undefined;
    if (refs && name === "initial_state") tensors.push(...refs);
    else if (refs && order.indexOf(name) === tensors.length) tensors.push(...refs);
    else if (!(name === "use_causal_mask" && order.length > 0)) {
      throw new Error(
        `${where} is called with ${name}, which isn't taken here (build the model without it)`,
      );
    }
  }
  return tensors;
}

/**
 * @internal
 * The options of a layer that Keras states where the layer is called.
 *
 * @throws Error if the calls of a layer state different ones
 */
export function statedInCalls(layer: LayerConfig): Record<string, unknown> {
  const causal = layer.calls.map(({ named }) => named.use_causal_mask === true);
  if (!causal.includes(true)) return {};
  if (causal.includes(false)) {
    throw new Error(
      `${nameOf(layer)} is causal in some of its calls (expected a layer for each use)`,
    );
  }
  return { useCausalMask: true };
}

function isRefs(value: Call["named"][string]): value is Ref[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    typeof value[0] === "object" &&
    value[0] !== null &&
    "node" in value[0]
  );
}
