import { scalesIn } from "../../quantizers/fakeQuantize.js";
import { arrange } from "../../quantizers/granularity.js";
import type { IntegerFormat } from "../../quantizers/index.js";
import { integerCodec } from "../../quantizers/integerCodec.js";
import { tf } from "../../tensorflow/index.js";
import { channelsLast } from "../channelsLast.js";
import { QuantizedLayer } from "../quantizedLayer.js";
import type { TensorQuantizer } from "../tensorQuantizer.js";

/** @internal A kernel that a model trains in float32 and computes with on a grid. */
export interface LatentKernel {
  /** The name of its layer. */
  readonly name: string;
  readonly layer: QuantizedLayer;
  readonly latent: tf.LayerVariable;
  readonly format: IntegerFormat;
  /** Its grid now, in tensor ops that can be part of a compiled step. */
  grid(): KernelGrid;
  /** The latent weights, or what an estimator that changes them before it rounds makes of them. */
  weights(): tf.Tensor;
  /** Whether its estimator rounds the latent weights as they are: else they don't lie on the grid themselves. */
  readonly direct: boolean;
}

/** @internal What a grid makes of tensors of the kernel's shape. */
export interface KernelGrid {
  /** The nearest codes, whole numbers in float32. */
  codes(weights: tf.Tensor): tf.Tensor;
  /** The values of codes. */
  values(codes: tf.Tensor): tf.Tensor;
  /** Weights outside of the range at its ends. */
  clip(weights: tf.Tensor): tf.Tensor;
  /** The distance of neighbouring values, for each weight. */
  scale(): tf.Tensor;
}

/**
 * @internal
 * The quantized kernels of a prepared model, in the order of its layers.
 *
 * @throws TypeError for a model without any
 */
export function latentKernels(model: tf.LayersModel): LatentKernel[] {
  const kernels = model.layers.flatMap((layer) =>
    layer instanceof QuantizedLayer ? kernelsOf(layer) : [],
  );
  if (kernels.length > 0) return kernels;
  throw new TypeError(
    `invalid model: "${model.name}" has no quantized kernels (expected a prepared one, as in await q.prepare(model, scheme, { calibration }))`,
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
 * @throws TypeError for kernels whose latent weights don't lie on the grid
 */
export function checkDirect(kernels: readonly LatentKernel[], what: string): void {
  const other = kernels.find(({ direct }) => !direct);
  if (!other) return;
  const [quantizer] = other.layer.weightQuantizers.values();
  throw new TypeError(
    `cannot apply ${what} to layer "${other.name}": its estimator "${quantizer!.estimator.name}" changes weights before it rounds them (expected one that doesn't, as in q.prepare(model, scheme, { calibration, estimator: "clippedSte" }))`,
  );
}

/** Whether values nearly half a step from the grid are rounded as if the estimator only rounded. */
function roundsOnly(
  latent: tf.Tensor,
  quantizer: TensorQuantizer,
  grid: () => KernelGrid,
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

function gridOf(like: tf.Tensor, quantizer: TensorQuantizer): KernelGrid {
  const { format } = quantizer;
  const range = quantizer.tensors();
  const scales = scalesIn(range);
  const { rows, columns } = arrange(quantizer.channelsLast(like), format, scales);
  const parameters = integerCodec.parameters(rows, columns, format, range);
  const { scale } = parameters;
  const end = (code: number) => tf.mul(tf.sub(code, parameters.zeroPoint!), scale);
  const [low, high] = [end(format.smallest), end(format.largest)];
  /** Does something to a tensor with what shares a scale in its columns. */
  function by(change: (rows: tf.Tensor) => tf.Tensor): (x: tf.Tensor) => tf.Tensor {
    return (x) => {
      const last = channelsLast(x, quantizer.channelAxes);
      const { rows, restore } = arrange(last.arranged, format, scales);
      return last.restore(restore(change(rows)));
    };
  }
  return {
    codes: by((rows) => integerCodec.encode(rows, parameters, format)),
    values: by((rows) => integerCodec.decode(rows, parameters, format)),
    clip: by((rows) => tf.minimum(tf.maximum(rows, low), high)),
    scale: () => by((rows) => tf.mul(tf.onesLike(rows), scale))(like),
  };
}
