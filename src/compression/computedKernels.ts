import type { Layer } from "../graph/index.js";
import { flatLayers, foldBatchNorm } from "../graph/index.js";
import { ruleOf } from "../layers/index.js";
import { foldTrainedBatchNorm, TrainedBatchNorm } from "../qat/index.js";
import { innerOf, QuantizedLayer } from "../quantized/index.js";
import type { tf } from "../tensorflow/index.js";

/** @internal A kernel with the values that its layer computes with. */
export interface ComputedKernel {
  layer: string;
  /** The name of the weight, as in `depthwise_kernel`. */
  weight: string;
  values: Float32Array;
  /** The bits of a value; 32 if the kernel isn't quantized. */
  bits: number;
}

/** @internal Calls a function with a model whose batch normalization is folded, as a model is stored. */
export function withFolded<T>(model: tf.LayersModel, use: (folded: tf.LayersModel) => T): T {
  const normalized = flatLayers(model).some((layer) => ruleOf(layer).normalizesBatch);
  const fused = model.layers.some((layer) => innerOf(layer) instanceof TrainedBatchNorm);
  if (!normalized && !fused) return use(model);
  const folded = fused ? foldTrainedBatchNorm(model) : foldBatchNorm(model);
  try {
    return use(folded);
  } finally {
    folded.dispose();
  }
}

/** @internal The kernels of a model, embeddings included: its weights of rank 2 or higher. */
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

/** @internal The number of weights that a model has besides its kernels: biases and so on. */
export function otherWeights(model: tf.LayersModel): number {
  const others = model.layers.flatMap(weightsOf).filter(({ shape }) => shape.length < 2);
  return others.reduce((sum, { shape }) => sum + (shape[0] ?? 1), 0);
}

/** The weights of a layer, or of the layer that a QuantizedLayer wraps, without its ranges. */
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
