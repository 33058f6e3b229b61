import type { CalibrationMethod } from "../calibration/index.js";
import { weightRange } from "../calibration/weights.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { copy, rebuild, twinOf } from "../models/rebuild.js";
import type { Layer } from "../models/topology.js";
import { formatsFor } from "../qat/formats.js";
import { QuantizedLayer } from "../qat/quantizedLayer.js";
import type { Scheme } from "../quantizers/index.js";
import { checkScheme, formatsOf } from "../quantizers/scheme.js";
import type { tf } from "../tensorflow/index.js";
import { checkFloat } from "./check.js";
import { hasKernel } from "./network.js";
import { TokenQuantizer } from "./tokenQuantizer.js";

/** Options of {@link dynamic}. */
export interface DynamicOptions {
  /** How the ranges of kernels are found. Default `"minmax"`. */
  method?: CalibrationMethod;
}

/**
 * Dynamic quantization: kernels are rounded now, and the inputs of their layers at run time, in ranges of
 * their own: of each token (a vector along the last axis) for Dense, of each example for convolutions. It needs
 * no calibration, at the price of finding extremes at run time. Without a format of activations only weights
 * are quantized. As `torch.ao.quantization.quantize_dynamic`; per token Yao et al. 2022, arXiv:2206.01861,
 * section 4.1.
 *
 * @param model with any layers: those without a kernel that can be quantized stay; it isn't changed
 * @param scheme the formats, from {@link scheme}; `weights` are needed. A layer's `activations` are its inputs' here
 * @returns a new tfjs Layers model
 * @throws TypeError for a model that is quantized already, has no layer to quantize, or a scheme without weights;
 *   RangeError for weights that aren't finite
 * @example
 * const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.int(8) });
 * const small = q.ptq.dynamic(model, scheme);
 * small.getLayer("logits_quantizer").getClassName(); // "TokenQuantizer"
 */
export function dynamic(
  model: tf.LayersModel,
  scheme: Scheme,
  { method = "minmax" }: DynamicOptions = {},
): tf.LayersModel {
  checkFloat(model);
  checkScheme(scheme);
  const folded = foldBatchNorm(model);
  try {
    checkLayers(folded, scheme);
    return rebuild(folded, (node) => {
      const { layer, inputs } = node;
      if (inputs.length === 0) return { layers: [] };
      const { weights, activations } = formatsFor(scheme, node);
      if (!hasKernel(layer) || !weights) return copy(layer);
      const twin = twinOf(layer);
      const quantized = new QuantizedLayer({ layer: twin, weights });
      const fill = () => {
        twin.setWeights(layer.getWeights());
        const kernel = layer.getWeights()[0]!.dataSync();
        quantized.setRanges({
          weights: weightRange(kernel, quantized.channels(), weights, method),
        });
        quantized.roundWeights();
      };
      if (!activations) return { layers: [quantized], fill };
      const per = layer.getClassName() === "Dense" ? "token" : "example";
      const before = new TokenQuantizer({
        name: `${layer.name}_quantizer`,
        format: activations,
        per,
      });
      return { layers: [before, quantized], fill };
    });
  } finally {
    folded.dispose();
  }
}

function identity(layer: Layer) {
  return { name: layer.name, type: layer.getClassName() };
}

/** @throws for a model or a scheme that quantize no kernel, and for formats of layers without one */
function checkLayers(model: tf.LayersModel, scheme: Scheme): void {
  const kernels = model.layers.filter(hasKernel);
  const names = kernels.map(({ name }) => name);
  const stray = Object.keys(scheme.layers).find((name) => !names.includes(name));
  if (stray !== undefined) {
    throw new RangeError(
      `invalid layers: no kernel in a layer "${stray}" (expected one of ${names.join(", ")})`,
    );
  }
  if (names.length === 0) {
    throw new TypeError(
      `cannot quantize model "${model.name}": no layer is a Conv2D, DepthwiseConv2D or Dense layer`,
    );
  }
  if (!kernels.some((layer) => formatsOf(scheme, identity(layer)).weights)) {
    throw new TypeError(
      `invalid scheme: ${scheme} (expected a format of weights, as in q.scheme({ weights: q.int(8) }))`,
    );
  }
}
