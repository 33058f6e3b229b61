import { type LayerNode, topology } from "../models/topology.js";
import type { QuantizedLayer } from "../qat/quantizedLayer.js";
import type { tf } from "../tensorflow/index.js";
import { quantizedKernels } from "./network.js";
import { meanOfRelu, type Normal, preActivations } from "./normal.js";
import { Parameters } from "./parameters.js";

/**
 * @internal
 * How far rounding shifts each output's mean, (Ŵ − W)·E[x], for each layer whose inputs' mean is known
 * from batch normalization.
 *
 * @param model with batch normalization; `float` the same folded
 * @throws TypeError when no layer's inputs are
 */
export function analyticShifts(
  model: tf.LayersModel,
  float: tf.LayersModel,
  quantized: tf.LayersModel,
): Map<QuantizedLayer, Float64Array> {
  const normals = preActivations(model);
  const nodes = new Map(topology(float).map((node) => [node.layer.name, node]));
  const shifts = new Map<QuantizedLayer, Float64Array>();
  for (const layer of quantizedKernels(quantized)) {
    const mean = meanInput(nodes.get(layer.name)!, normals);
    if (mean) shifts.set(layer, shiftOf(layer, new Parameters(float.getLayer(layer.name)), mean));
  }
  if (shifts.size > 0) return shifts;
  throw new TypeError(
    "cannot correct biases analytically: no layer's input is a batch-normalized layer's through nothing but ReLU (leave analytic out and give calibration examples)",
  );
}

/** The mean of each channel that a layer sees; `undefined` where it isn't known. */
function meanInput(node: LayerNode, normals: Map<string, Normal>): Float64Array | undefined {
  const source = node.inputs[0];
  if (!source) return undefined;
  const { activation, maxValue } = source.layer.getConfig() as Record<string, unknown>;
  const type = source.layer.getClassName();
  if (type === "Dropout" || type === "Flatten") return meanInput(source, normals);
  const rectifies =
    (type === "ReLU" && !maxValue) || (type === "Activation" && activation === "relu");
  const normal = normals.get((rectifies ? source.inputs[0]! : source).layer.name);
  if (!normal) return undefined;
  if (!rectifies) return normal.mean;
  return normal.mean.map((mean, i) => meanOfRelu(mean, normal.deviation[i]!));
}

function shiftOf(layer: QuantizedLayer, float: Parameters, mean: Float64Array): Float64Array {
  const shift = new Float64Array(float.outputs);
  const rounded = layer.quantizedKernel();
  rounded.dataSync().forEach((value, i) => {
    const input = mean[float.inputOf(i) % mean.length]!;
    shift[float.outputOf(i)]! += (value - float.kernel[i]!) * input;
  });
  rounded.dispose();
  return shift;
}
