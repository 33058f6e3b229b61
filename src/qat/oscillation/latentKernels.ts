import type { TensorQuantizer } from "../../quantized/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import type { IntegerFormat } from "../../quantizers/index.js";
import { tf } from "../../tensorflow/index.js";

/** @internal A kernel that a model trains in float32 and computes with on a grid. */
export interface LatentKernel {
  /** The name of the kernel's layer; for a layer's further kernels, with their path. */
  readonly name: string;
  readonly layer: QuantizedLayer;
  readonly latent: tf.LayerVariable;
  readonly format: IntegerFormat;
  /** The current grid of the kernel, in tensor ops that can be part of a compiled step. */
  grid(): WeightGrid;
  /** The latent weights; if the estimator changes weights before it rounds them, the changed ones. */
  weights(): tf.Tensor;
  /** Whether the kernel's estimator rounds the latent weights without changing them before. */
  readonly direct: boolean;
}

/** @internal A grid's operations on tensors of the kernel's shape. */
export interface WeightGrid {
  /** The nearest codes, whole numbers in float32. */
  codes(weights: tf.Tensor): tf.Tensor;
  /** The values of codes. */
  values(codes: tf.Tensor): tf.Tensor;
  /** The weights, with those outside the range set to its ends. */
  clip(weights: tf.Tensor): tf.Tensor;
  /** The distance of neighbouring values, for each weight. */
  scale(): tf.Tensor;
}

/**
 * @internal
 * The quantized kernels of a prepared model, in the order of its layers.
 *
 * @throws TypeError if the model has no quantized kernel
 */
export function latentKernels(model: tf.LayersModel): LatentKernel[] {
  const kernels = model.layers.flatMap((layer) =>
    layer instanceof QuantizedLayer ? kernelsOf(layer) : [],
  );
  if (kernels.length > 0) return kernels;
  throw new TypeError(
    `invalid model: "${model.name}" has no quantized kernels (expected a prepared model, as in await q.prepare(model, scheme, { calibration }))`,
  );
}

function kernelsOf(layer: QuantizedLayer): LatentKernel[] {
  return [...layer.weightQuantizers].map(([path, quantizer], i) => {
    const latent = layer.latent(path);
    const grid = () => gridOf(latent.read(), quantizer);
    const direct = roundsOnly(latent.read(), quantizer, grid);
    return {
      name: i === 0 ? layer.name : `${layer.name} ${path}`,
      layer,
      latent,
      get format() {
        return quantizer.format;
      },
      grid,
      weights: () => (direct ? latent.read() : quantizer.apply(latent.read(), false)),
      direct,
    };
  });
}

/**
 * @internal
 * @throws TypeError if a kernel's estimator changes the latent weights before it rounds them
 */
export function checkDirect(kernels: readonly LatentKernel[], technique: string): void {
  const indirect = kernels.find(({ direct }) => !direct);
  if (!indirect) return;
  const [quantizer] = indirect.layer.weightQuantizers.values();
  throw new TypeError(
    `cannot apply ${technique} to layer "${indirect.name}": its estimator "${quantizer!.estimator.name}" changes weights before it rounds them (expected an estimator that only rounds, as in q.prepare(model, scheme, { calibration, estimator: "clippedSte" }))`,
  );
}

/** Whether the estimator only rounds, tested on values that are nearly half a step from the grid. */
function roundsOnly(
  latent: tf.Tensor,
  quantizer: TensorQuantizer,
  grid: () => WeightGrid,
): boolean {
  return tf.tidy(() => {
    const { codes, values, scale } = grid();
    const onGrid = values(codes(latent));
    const steps = scale();
    const moved = [-0.49, 0.49].map((share) => {
      const rounded = quantizer.apply(tf.add(onGrid, tf.mul(steps, share)), false);
      return tf.abs(tf.sub(codes(rounded), codes(onGrid)));
    });
    return tf.max(tf.stack(moved)).dataSync()[0] === 0;
  });
}

function gridOf(like: tf.Tensor, quantizer: TensorQuantizer): WeightGrid {
  const grid = quantizer.grid();
  /** Applies a change to a tensor in an arrangement in which values that share a scale are in a column. */
  function by(change: (rows: tf.Tensor) => tf.Tensor): (x: tf.Tensor) => tf.Tensor {
    return (x) => {
      const { rows, restore } = quantizer.inRows(x);
      return restore(change(rows));
    };
  }
  return {
    codes: by((rows) => grid.codes(rows)),
    values: by((rows) => grid.values(rows)),
    clip: by((rows) => grid.clip(rows)),
    scale: () => by((rows) => tf.mul(tf.onesLike(rows), grid.scale))(like),
  };
}
