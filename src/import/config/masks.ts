import { isFields, type Json } from "./json.js";
import type { LayerConfig, ModelConfig } from "./modelConfig.js";
import type { Call, Ref } from "./nodes.js";

/**
 * @internal
 * Takes out the operations by which Keras 3 computes the masks of an Embedding layer: TensorFlow.js's layers compute and
 * pass on the same masks themselves.
 *
 * @throws Error if a layer would treat the steps that are masked otherwise than Keras does
 */
export function withoutMasks(config: ModelConfig): ModelConfig {
  const masks = new Set(
    config.layers.filter((layer) => isMask(layer, config)).map(({ name }) => name),
  );
  if (masks.size === 0) return config;
  const layers = config.layers.filter(({ name }) => !masks.has(name));
  return {
    ...config,
    layers: layers.map((layer) => ({
      ...layer,
      calls: layer.calls.map((call) => {
        if (!maskOf(call).some((ref) => masks.has(ref.layer))) return call;
        checkOutput(layer);
        return { ...call, named: { ...call.named, mask: null } };
      }),
    })),
  };
}

/** Whether a layer compares the indices of an Embedding layer with 0, and is read as a mask alone. */
function isMask(
  { className, name, calls }: LayerConfig,
  { layers, outputs }: ModelConfig,
): boolean {
  const [call, ...others] = calls;
  if (className !== "NotEqual" || !call || others.length > 0) return false;
  const [source] = call.inputs;
  const ofEmbedding = layers.some(
    (layer) =>
      layer.config.mask_zero === true && layer.calls.some(({ inputs }) => same(inputs[0], source)),
  );
  const reads = (refs: readonly Ref[]) => refs.some((ref) => ref.layer === name);
  const elsewhere = layers.some((layer) => layer.calls.some(({ inputs }) => reads(inputs)));
  return ofEmbedding && String(call.constants) === "0" && !elsewhere && !reads(outputs);
}

function maskOf({ named }: Call): Ref[] {
  const { mask } = named;
  return Array.isArray(mask) ? (mask as Ref[]).filter((ref) => isFields(ref as never)) : [];
}

function same(a: Ref | undefined, b: Ref | undefined): boolean {
  return a !== undefined && a.layer === b?.layer && a.node === b.node && a.port === b.port;
}

/** @throws Error if a recurrent layer returns zeros where steps are masked; TensorFlow.js's returns the step before */
function checkOutput({ name, className, config }: LayerConfig): void {
  const inner = isFields(config.layer as Json)
    ? (config.layer as { config?: Json }).config
    : undefined;
  const recurrent = isFields(inner ?? null) ? (inner as LayerConfig["config"]) : config;
  if (!recurrent.zero_output_for_mask || !recurrent.return_sequences) return;
  throw new Error(
    `layer "${name}" (${className}) returns zeros for steps that are masked (expected zero_output_for_mask False, or an Embedding without mask_zero)`,
  );
}
