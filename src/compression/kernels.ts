import type { Layer } from "../models/topology.js";
import { QuantizedLayer } from "../qat/index.js";
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

/** @internal How many weights a model has besides: biases, and batch normalization's. */
export function otherWeights(model: tf.LayersModel): number {
  const others = model.layers.flatMap(weightsOf).filter(({ shape }) => shape.length < 2);
  return others.reduce((sum, { shape }) => sum + (shape[0] ?? 1), 0);
}

/** Those of the layer that computes: ranges aren't among them. */
function weightsOf(layer: Layer): tf.LayerVariable[] {
  return layer instanceof QuantizedLayer ? layer.inner.weights : layer.weights;
}

function computed(layer: Layer, weight: tf.LayerVariable) {
  if (!(layer instanceof QuantizedLayer) || !layer.weightFormat) {
    return { values: weight.read().dataSync() as Float32Array, bits: 32 };
  }
  const kernel = layer.quantizedKernel();
  const values = kernel.dataSync() as Float32Array;
  kernel.dispose();
  return { values, bits: layer.weightFormat.bits };
}
