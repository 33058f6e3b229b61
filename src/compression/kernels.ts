import { foldBatchNorm } from "../models/foldBatchNorm.js";
import type { Layer } from "../models/topology.js";
import { innerOf } from "../qat/batchNorm/fused.js";
import { FoldedBatchNorm, fold, QuantizedLayer } from "../qat/index.js";
import type { tf } from "../tensorflow/index.js";

/** @internal A kernel as its layer computes with it. */
export interface ComputedKernel {
  layer: string;
  /** As in `depthwise_kernel`. */
  weight: string;
  values: Float32Array;
  /** 32 where it isn't quantized. */
  bits: number;
}

/** @internal Calls a function with the model whose batch normalization is folded, as it is stored. */
export function withFolded<T>(model: tf.LayersModel, use: (folded: tf.LayersModel) => T): T {
  const normalized = model.layers.some((layer) => layer.getClassName() === "BatchNormalization");
  const fused = model.layers.some((layer) => innerOf(layer) instanceof FoldedBatchNorm);
  if (!normalized && !fused) return use(model);
  const folded = fused ? fold(model) : foldBatchNorm(model);
  try {
    return use(folded);
  } finally {
    folded.dispose();
  }
}

/** @internal What a model's layers multiply by, embeddings too: its weights of rank 2 or higher. */
export function computedKernels(model: tf.LayersModel): ComputedKernel[] {
  return model.layers.flatMap((layer) =>
    weightsOf(layer)
      .filter(({ shape }) => shape.length > 1)
      .map((weight) => ({
        layer: layer.name,
        weight: weight.originalName.split("/").at(-1)!,
        ...computed(layer, weight),
      })),
  );
}

/** @internal How many weights a model has besides: biases and so on. */
export function otherWeights(model: tf.LayersModel): number {
  const others = model.layers.flatMap(weightsOf).filter(({ shape }) => shape.length < 2);
  return others.reduce((sum, { shape }) => sum + (shape[0] ?? 1), 0);
}

/** Those of the layer that computes: ranges aren't among them. */
function weightsOf(layer: Layer): tf.LayerVariable[] {
  return layer instanceof QuantizedLayer ? layer.inner.weights : layer.weights;
}

function computed(layer: Layer, weight: tf.LayerVariable) {
  const latent = { values: weight.read().dataSync() as Float32Array, bits: 32 };
  if (!(layer instanceof QuantizedLayer)) return latent;
  for (const [path, { format }] of layer.weightQuantizers) {
    if (layer.latent(path) !== weight) continue;
    const kernel = layer.quantizedKernel(path);
    const values = kernel.dataSync() as Float32Array;
    kernel.dispose();
    return { values, bits: format.bits };
  }
  return latent;
}
