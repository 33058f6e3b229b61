import { checkOptions, isMeant } from "../../arguments/index.js";
import type { CalibrationMethod } from "../../calibration/index.js";
import {
  copy,
  copyWeights,
  foldBatchNorm,
  foldedTopology,
  type LayerNode,
  rebuild,
  twinOf,
  warnUnknown,
} from "../../graph/index.js";
import { isRecurrent, ruleOf } from "../../layers/index.js";
import {
  calibrateWeights,
  checkSupported,
  checkTypes,
  formatsFor,
  hasWeights,
  QuantizedLayer,
} from "../../quantized/index.js";
import type { Scheme } from "../../quantizers/index.js";
import { checkScheme } from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import { checkFloat } from "../network/check.js";
import { TokenQuantizer } from "./tokenQuantizer.js";

/** Options of {@link dynamic}. */
export interface DynamicOptions {
  /** The method that finds the ranges of kernels. Default `"minmax"`. */
  method?: CalibrationMethod;
}

/**
 * Dynamic quantization rounds kernels now, and the inputs of their layers at run time. Each token (a vector
 * along the last axis) has its own range for Dense, and each example for convolutions and recurrent layers,
 * whose states, initial ones too, stay in float. Dynamic quantization needs no calibration, at the price of finding extremes at
 * run time. Without a format of activations only weights are quantized. The function does the same as
 * `torch.ao.quantization.quantize_dynamic`; ranges per token are from Yao et al. 2022, arXiv:2206.01861,
 * section 4.1.
 *
 * @param model a float model with any layers: a layer without a kernel that can be quantized stays as it is, and
 *   a warning names layers with kernels of unknown types. The model isn't changed
 * @param scheme the formats, from {@link scheme}; `weights` are needed. The format of a layer's `activations`
 *   is here that of the layer's inputs
 * @returns a new tfjs Layers model
 * @throws TypeError if the model is quantized already or has no layer to quantize, if a layer keeps states between
 *   batches or has several outputs, or if the scheme has no format of weights; RangeError if a weight isn't finite
 * @example
 * const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.int(8) });
 * const small = q.ptq.dynamic(model, scheme);
 * small.getLayer("logits_quantizer").getClassName(); // "TokenQuantizer"
 */
export function dynamic(
  model: tf.LayersModel,
  scheme: Scheme,
  options: DynamicOptions = {},
): tf.LayersModel {
  checkOptions<DynamicOptions>("q.ptq.dynamic", options, { method: true });
  const { method = "minmax" } = options;
  checkFloat(model);
  checkScheme(scheme);
  checkLayers(model, scheme);
  const folded = foldBatchNorm(model);
  try {
    return rebuild(folded, (node) => {
      const { layer, inputs } = node;
      if (inputs.length === 0) return { layers: [] };
      const { weights, activations } = formatsFor(scheme, node);
      if (!hasWeights(layer) || !weights) return copy(layer);
      const twin = twinOf(layer);
      const quantized = new QuantizedLayer({ layer: twin, weights });
      const fill = () => {
        copyWeights(layer, twin);
        calibrateWeights(quantized, method);
        quantized.roundWeights();
      };
      const { indices, tokens } = ruleOf(layer);
      if (!activations || indices) return { layers: [quantized], fill };
      const per = tokens ? "token" : "example";
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

/**
 * Names layers of unknown types in a warning, whose kernels stay in float.
 *
 * @throws TypeError if no kernel is quantized, or a layer can't be; RangeError if a format names a layer without a kernel
 */
function checkLayers(model: tf.LayersModel, scheme: Scheme): void {
  const nodes = foldedTopology(model);
  const kernels = nodes.filter(({ layer }) => hasWeights(layer));
  const names = kernels.map(({ name }) => name);
  const stray = Object.keys(scheme.layers).find(
    (pattern) => !names.some((name) => isMeant(pattern, name)),
  );
  if (stray !== undefined) {
    throw new RangeError(
      `invalid layers: no kernel in a layer "${stray}" (expected one of ${names.join(", ")})`,
    );
  }
  if (names.length === 0) {
    throw new TypeError(
      `cannot quantize model "${model.name}": no layer has a kernel that can be quantized, as Dense and Conv2D layers have`,
    );
  }
  checkTypes(scheme, nodes);
  const quantized = kernels.filter((node) => formatsFor(scheme, node).weights);
  if (quantized.length === 0) {
    throw new TypeError(
      `invalid scheme: ${scheme} (expected a format of weights, as in q.scheme({ weights: q.int(8) }))`,
    );
  }
  for (const node of quantized) {
    checkSupported(node);
    checkInputs(node, scheme);
  }
  warnUnknown("q.ptq.dynamic", [...new Set(nodes.map(({ layer }) => layer))]);
}

/** @throws TypeError if the layer's inputs can't be quantized; a recurrent layer's inputs after the first are states */
function checkInputs(node: LayerNode, scheme: Scheme): void {
  const { layer, inputs, name } = node;
  if (inputs.length === 1 || isRecurrent(layer) || !formatsFor(scheme, node).activations) return;
  throw new TypeError(
    `cannot quantize the inputs of layer "${name}" (${layer.getClassName()}): it has ${inputs.length} (leave the layer in float, as in q.scheme({ …, exclude: ["${name}"] }))`,
  );
}
