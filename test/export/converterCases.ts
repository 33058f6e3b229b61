import * as q from "../../src/index.js";
import { digits } from "../fixtures/index.js";
import { drawWeights } from "./models.js";

const { layers } = q.tf;

/** A quantized model for Python's TFLiteConverter. */
export interface ConverterCase {
  name: string;
  weights: q.IntegerFormat;
  options: q.export.SavedModelOptions;
  float(): q.tf.LayersModel;
}

const perChannel = q.int(8, { per: "channel" });
const tflite = { for: "tfliteConverter" } as const;

const conv = (name: string, filters: number, kernelSize: number) =>
  layers.conv2d({ name, filters, kernelSize, padding: "same", activation: "relu" });

const image = () => q.tf.input({ name: "image", shape: [8, 8, 1] });

type Node = q.tf.SymbolicTensor;

function chain(): q.tf.LayersModel {
  const input = image();
  const list = [
    conv("conv", 6, 3),
    layers.depthwiseConv2d({ name: "depthwise", kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d({ name: "pool", poolSize: 2 }),
    conv("pointwise", 8, 1),
    layers.flatten({ name: "flatten" }),
    layers.dense({ name: "hidden", units: 12, activation: "relu" }),
    layers.dense({ name: "logits", units: 10 }),
  ];
  const output = list.reduce((x, layer) => layer.apply(x) as Node, input);
  return q.tf.model({ inputs: input, outputs: output });
}

/** A sum that goes, with one of its terms, into a concatenation, and a dense layer on a sequence. */
function branches(): q.tf.LayersModel {
  const input = image();
  const first = conv("first", 4, 3).apply(input) as Node;
  const second = conv("second", 4, 3).apply(first) as Node;
  const sum = layers.add({ name: "sum" }).apply([first, second]) as Node;
  const both = layers.concatenate({ name: "both" }).apply([sum, first]) as Node;
  const rows = layers.reshape({ name: "rows", targetShape: [8, 64] }).apply(both) as Node;
  const dense = layers.dense({ name: "each", units: 6, activation: "relu" }).apply(rows) as Node;
  const flat = layers.flatten({ name: "flatten" }).apply(dense) as Node;
  const logits = layers.dense({ name: "logits", units: 10 }).apply(flat) as Node;
  return q.tf.model({ inputs: input, outputs: logits });
}

export const converterCases: ConverterCase[] = [
  {
    name: "chain_per_channel",
    weights: perChannel,
    options: { ...tflite, outputRanges: [{ min: -20, max: 17 }] },
    float: chain,
  },
  { name: "chain_per_tensor", weights: q.int(8), options: {}, float: chain },
  {
    name: "branches",
    weights: perChannel,
    options: { ...tflite, outputRanges: [{ min: -38, max: 62 }] },
    float: branches,
  },
];

/** The quantized model of a case, with biases on the grid that integers compute with. */
export async function prepared({ float, weights }: ConverterCase): Promise<q.tf.LayersModel> {
  const { train } = await digits();
  const model = float();
  drawWeights(model, { exact: true });
  const scheme = q.scheme({ weights, activations: q.uint(8) });
  const calibration = train.take(64);
  const quantized = await q.prepare(model, scheme, { calibration, biases: "grid" });
  model.dispose();
  return quantized;
}
