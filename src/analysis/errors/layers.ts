import type { Layer } from "../../graph/index.js";
import { checkModel, foldBatchNorm } from "../../graph/index.js";
import { ruledWeights, weightAt } from "../../layers/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import { tf } from "../../tensorflow/index.js";
import {
  calibrationBatchSize,
  type InputData,
  inputBatches,
  inputsOf,
  yieldToEvents,
} from "../../train/index.js";
import { isQuantized } from "../plan.js";
import { countClipped } from "./clipped.js";
import { ErrorSums } from "./error.js";
import { type LayerErrorRow, LayerErrors } from "./layerErrors.js";

/**
 * Measures the errors of a quantized model against the float model: SQNR, mean squared error, cosine and
 * clipped share of each kernel, and of each quantized output on the same examples. The errors of outputs add up
 * along the model, since each layer reads the outputs of the quantized layers before it.
 *
 * Layers are matched by name; of a layer that is used in several places, the outputs of all places count. The float model
 * is compared with its batch normalization folded. If a technique changed the float model before it was
 * quantized (say equalization), `float` must be the changed model.
 *
 * @param float the model before quantization
 * @param quantized the model that {@link prepare} or {@link quantize} made from `float`, trained or not
 * @param data examples: a data set, or `{ xs }` with a tensor for each input of the model
 * @throws TypeError if a model isn't a Layers model, or if `quantized` has no quantized layer; RangeError if a
 *   layer isn't in the float model
 * @example
 * const { rows } = await q.analysis.layers(model, qat, test);
 * rows.map(({ layer, part }) => `${layer} ${part}`)[1]; // "conv weights"
 */
export async function layers(
  float: tf.LayersModel,
  quantized: tf.LayersModel,
  data: InputData,
): Promise<LayerErrors> {
  checkModel(float);
  checkModel(quantized);
  const examples = inputsOf(float, data, "data");
  if (!isQuantized(quantized)) {
    throw new TypeError(
      `invalid quantized: model "${quantized.name}" has no quantized layer (expected a model as in await q.quantize(model, scheme, { calibration }))`,
    );
  }
  const folded = foldBatchNorm(float);
  try {
    const pairs = pairsOf(folded, quantized);
    const outputs = await outputErrors(folded, quantized, pairs, examples);
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
  /** Whether the layers' outputs are compared. */
  compared: boolean;
}

function pairsOf(folded: tf.LayersModel, quantized: tf.LayersModel): Pair[] {
  const outputs = new Set(quantized.outputNames);
  return quantized.layers.flatMap((layer) => {
    const isOutput = outputs.has(layer.name);
    if (!(layer instanceof QuantizedLayer) && !isOutput) return [];
    const inputs = folded.layers.filter(({ name }) => `${name}_quantized` === layer.name);
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

/** The errors of all quantized weights of a layer. */
function weightError({ float, layer, name }: Pair): ErrorSums | undefined {
  if (!(layer instanceof QuantizedLayer) || !layer.weightFormat) return undefined;
  const sums = new ErrorSums();
  const paths = ruledWeights(float).map(({ path }) => path);
  [...layer.weightQuantizers].forEach(([path, quantizer], i) => {
    tf.tidy(() => {
      const kernel = weightAt(float, paths[i] ?? path).read();
      const rounded = layer.quantizedKernel(path);
      if (String(kernel.shape) !== String(rounded.shape)) {
        throw new RangeError(
          `invalid float: layer "${name}" has a kernel of shape [${kernel.shape}], but the quantized kernel has the shape [${rounded.shape}] (expected the model that was quantized)`,
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
  examples: readonly tf.Tensor[],
): Promise<Map<Pair, ErrorSums>> {
  const compared = pairs.filter((pair) => pair.compared);
  const probe = (model: tf.LayersModel, list: Layer[]) =>
    tf.model({
      inputs: model.inputs,
      outputs: list.flatMap(outputsOf),
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
  for (const batch of inputBatches(examples, calibrationBatchSize)) {
    tf.tidy(() => {
      const expected = ([reference.predict(batch)].flat() as tf.Tensor[]).map((x) => x.toFloat());
      const outputs = [rounded.predict(batch)].flat() as tf.Tensor[];
      const uses = compared.flatMap((pair) => outputsOf(pair.float).map(() => pair));
      uses.forEach((pair, i) => {
        const format = (pair.layer as QuantizedLayer).activationFormat;
        const range = format && (pair.layer as QuantizedLayer).ranges().activations!;
        const clipped = range ? countClipped(expected[i]!, format, range) : 0;
        errors.get(pair)!.add(expected[i]!, outputs[i]!, clipped);
      });
    });
    tf.dispose(batch);
    await yieldToEvents();
  }
  return errors;
}

/** The outputs of a layer in all places where it is used. */
function outputsOf(layer: Layer): tf.SymbolicTensor[] {
  return layer.inboundNodes.map(({ outputTensors }) => outputTensors[0]!);
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
