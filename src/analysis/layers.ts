import type { Dataset } from "../datasets/index.js";
import { checkExamples, checkModel } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import type { Layer } from "../models/topology.js";
import { ruleOf } from "../qat/layers/registry.js";
import { weightAt } from "../qat/parts.js";
import { QuantizedLayer } from "../qat/quantizedLayer.js";
import { tf } from "../tensorflow/index.js";
import { yieldToEvents } from "../train/yieldToEvents.js";
import { countClipped } from "./clipped.js";
import { ErrorSums } from "./error.js";
import { type LayerErrorRow, LayerErrors } from "./layerErrors.js";
import { isQuantized } from "./plan.js";

/** Examples at a time: what is held of their activations is bounded. */
const batchSize = 256;

/**
 * Where a quantized model errs: SQNR, mean squared error, cosine and clipped share of each kernel, and of
 * each quantized output on the same examples, against the float model. Errors of outputs
 * add up along the way: each layer gets what the quantized ones before it computed.
 *
 * Layers are matched by name. The float model is compared with its batch normalization folded. For a model that
 * a step changed before it was quantized (equalization, say), give the changed one.
 *
 * @param float the model before quantization
 * @param quantized what {@link prepare} or {@link quantize} made of it, trained or not
 * @param data examples; labels aren't used
 * @throws TypeError for models that aren't, RangeError for a layer that the float model hasn't
 * @example
 * const { rows } = await q.analysis.layers(model, qat, test);
 * rows.map(({ layer, part }) => `${layer} ${part}`)[1]; // "conv weights"
 */
export async function layers(
  float: tf.LayersModel,
  quantized: tf.LayersModel,
  data: Dataset,
): Promise<LayerErrors> {
  checkModel(float);
  checkModel(quantized);
  checkExamples(float, data, "data");
  if (!isQuantized(quantized)) {
    throw new TypeError(
      `invalid quantized: model "${quantized.name}" has no quantized layer (expected as in await q.quantize(model, scheme, { calibration }))`,
    );
  }
  const folded = foldBatchNorm(float);
  try {
    const pairs = pairsOf(folded, quantized);
    const outputs = await outputErrors(folded, quantized, pairs, data);
    const rows = pairs.flatMap((pair) => {
      const weights = weightError(pair);
      const output = outputs.get(pair);
      const bits = pair.layer instanceof QuantizedLayer ? pair.layer : undefined;
      return [
        ...(weights ? [row(pair, "weights", weights, bits!.weightFormat!.bits)] : []),
        ...(output ? [row(pair, "activations", output, bits?.activationFormat?.bits ?? 32)] : []),
      ];
    });
    return new LayerErrors(rows);
  } finally {
    folded.dispose();
  }
}

interface Pair {
  name: string;
  float: Layer;
  layer: Layer;
  /** Whether its output is compared. */
  compared: boolean;
}

function pairsOf(folded: tf.LayersModel, quantized: tf.LayersModel): Pair[] {
  const outputs = new Set(quantized.outputNames);
  return quantized.layers.flatMap((layer) => {
    const isOutput = outputs.has(layer.name);
    if (!(layer instanceof QuantizedLayer) && !isOutput) return [];
    const inputs = folded.layers.filter((one) => `${one.name}_quantized` === layer.name);
    const float = folded.layers.find(({ name }) => name === layer.name) ?? inputs[0];
    if (!float) {
      throw new RangeError(
        `invalid float: no layer "${layer.name}" in model "${folded.name}" (expected the model that was quantized)`,
      );
    }
    const quantizes = layer instanceof QuantizedLayer && layer.activationFormat !== undefined;
    return [{ name: float.name, float, layer, compared: quantizes || isOutput }];
  });
}

/** Over all weights of the layer that are quantized. */
function weightError({ float, layer, name }: Pair): ErrorSums | undefined {
  if (!(layer instanceof QuantizedLayer) || !layer.weightFormat) return undefined;
  const sums = new ErrorSums();
  const paths = Object.keys(ruleOf(float).weights ?? {});
  [...layer.weightQuantizers].forEach(([path, quantizer], i) => {
    tf.tidy(() => {
      const kernel = weightAt(float, paths[i] ?? path).read();
      const rounded = layer.quantizedKernel(path);
      if (String(kernel.shape) !== String(rounded.shape)) {
        throw new RangeError(
          `invalid float: layer "${name}" has a kernel of shape [${kernel.shape}], the quantized one of [${rounded.shape}] (expected the model that was quantized)`,
        );
      }
      const channels = quantizer.channelsLast(kernel);
      sums.add(kernel, rounded, countClipped(channels, quantizer.format, quantizer.range()));
    });
  });
  return sums;
}

async function outputErrors(
  folded: tf.LayersModel,
  quantized: tf.LayersModel,
  pairs: Pair[],
  data: Dataset,
): Promise<Map<Pair, ErrorSums>> {
  const compared = pairs.filter((pair) => pair.compared);
  const probe = (model: tf.LayersModel, list: Layer[]) =>
    tf.model({
      inputs: model.inputs,
      outputs: list.map((layer) => layer.output as tf.SymbolicTensor),
    });
  const reference = probe(
    folded,
    compared.map(({ float }) => float),
  );
  const rounded = probe(
    quantized,
    compared.map(({ layer }) => layer),
  );
  const errors = new Map(compared.map((pair) => [pair, new ErrorSums()]));
  for (const { xs, ys } of data.batches(batchSize)) {
    tf.tidy(() => {
      const expected = [reference.predict(xs)].flat() as tf.Tensor[];
      const given = [rounded.predict(xs)].flat() as tf.Tensor[];
      compared.forEach((pair, i) => {
        const format = (pair.layer as QuantizedLayer).activationFormat;
        const range = format && (pair.layer as QuantizedLayer).ranges().activations!;
        const clipped = range ? countClipped(expected[i]!, format, range) : 0;
        errors.get(pair)!.add(expected[i]!, given[i]!, clipped);
      });
    });
    tf.dispose([xs, ys]);
    await yieldToEvents();
  }
  return errors;
}

function row(
  { name }: Pair,
  part: LayerErrorRow["part"],
  { sqnr, mse, cosine, clipped }: ErrorSums,
  bits: number,
): LayerErrorRow {
  return {
    layer: name,
    part,
    bits,
    "SQNR (dB)": sqnr,
    MSE: mse,
    cosine,
    "clipped (%)": 100 * clipped,
  };
}
