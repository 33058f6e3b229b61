import { foldedTopology, type LayerNode } from "../../graph/index.js";
import { biasOf, nonlinearityOf, ruleOf } from "../../layers/index.js";
import { type QuantizedLayer, warnOf } from "../../quantized/index.js";
import { meanOfRelu } from "../../statistics/index.js";
import type { tf } from "../../tensorflow/index.js";
import { passesFactor } from "../network/channels.js";
import { quantizedLayers } from "../network/network.js";
import { Parameters, type Values } from "../network/parameters.js";
import { type Normal, preActivations } from "../network/preActivations.js";

/**
 * @internal
 * The mean of each channel of the inputs of layers, by the layers' names, if it is known from batch normalization. A
 * warning names the other layers.
 *
 * @param model the float model with batch normalization
 * @param layers the quantized layers that can be corrected
 * @throws TypeError if the mean of the inputs is known for no layer
 */
export function analyticMeans(
  model: tf.LayersModel,
  layers: readonly QuantizedLayer[],
): Map<string, Float64Array> {
  const normals = preActivations(model);
  const nodes = new Map(foldedTopology(model).map((node) => [node.name, node]));
  const means = new Map<string, Float64Array>();
  for (const { name } of layers) {
    const node = nodes.get(name)!;
    const mean = new Parameters(node.layer).kernel && meanInput(node, normals);
    if (mean) means.set(name, mean);
  }
  if (means.size === 0) {
    throw new TypeError(
      "cannot correct biases analytically: no layer's input is a batch-normalized output that passes through nothing but ReLU (leave analytic out and give calibration examples)",
    );
  }
  const left = layers.filter(({ name }) => !means.has(name));
  warnOf(model, "biasCorrection", {
    subject: "biases as they are, since batch normalization doesn't say what the layers read",
    layers: left.map(({ name, inner }) => `"${name}" (${inner.getClassName()})`),
  });
  return means;
}

/**
 * @internal
 * The shift of each output's mean by rounding, (Ŵ − W)·E[x], for each layer whose inputs have a known mean.
 *
 * @param float the float model with batch normalization folded
 */
export function analyticShifts(
  float: tf.LayersModel,
  quantized: tf.LayersModel,
  means: ReadonlyMap<string, Float64Array>,
): Map<QuantizedLayer, Float64Array> {
  const shifts = new Map<QuantizedLayer, Float64Array>();
  for (const layer of quantizedLayers(quantized)) {
    const mean = means.get(layer.name);
    if (!mean || !biasOf(layer.inner)) continue;
    const { kernel } = new Parameters(float.getLayer(layer.name));
    shifts.set(layer, shiftOf(layer, kernel!, mean));
  }
  return shifts;
}

/** The mean of each channel of a layer's input; `undefined` if it isn't known. */
function meanInput(node: LayerNode, normals: Map<string, Normal>): Float64Array | undefined {
  const source = node.inputs[0];
  if (!source || node.uses.length > 1) return undefined;
  const { role, inPlace } = ruleOf(source.layer);
  if (role === "passes" && inPlace) {
    const mean = meanInput(source, normals);
    return mean && passesFactor(source, source.inputs[0]!, mean.length) ? mean : undefined;
  }
  const rectifies = role === "activation" && nonlinearityOf(source.layer) === "relu";
  const normal = normals.get((rectifies ? source.inputs[0]! : source).layer.name);
  if (!normal) return undefined;
  if (!rectifies) return normal.mean;
  return normal.mean.map((mean, i) => meanOfRelu(mean, normal.deviation[i]!));
}

function shiftOf(layer: QuantizedLayer, kernel: Values, mean: Float64Array): Float64Array {
  const { values, inputOf, outputOf } = kernel;
  const shift = new Float64Array(kernel.outputs);
  const rounded = layer.quantizedKernel();
  rounded.dataSync().forEach((value, i) => {
    const input = mean[inputOf[i]! % mean.length]!;
    shift[outputOf[i]!]! += (value - values[i]!) * input;
  });
  rounded.dispose();
  return shift;
}
