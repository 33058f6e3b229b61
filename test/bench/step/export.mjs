/**
 * Writes what the peers in Python start from: `node export.mjs FILE` after a build. For each case the
 * examples, the first weights by layer, and the ranges that are quantized to; arrays as base64 of their bytes.
 */
import { writeFileSync } from "node:fs";
import { QuantizedLayer } from "../../../dist/index.js";
import { cases, examples, learningRate, model } from "./cases.mjs";

/** @param {{ dataSync(): ArrayLike<number>, shape: (number | null)[], dtype: string }} tensor */
function array(tensor) {
  const values = /** @type {Float32Array | Int32Array} */ (tensor.dataSync());
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return { shape: tensor.shape, dtype: tensor.dtype, data: bytes.toString("base64") };
}

/** @param {import("@tensorflow/tfjs").layers.Layer} layer */
function parts(layer) {
  if (!(layer instanceof QuantizedLayer)) return weights(layer);
  /** @type {Record<string, object>} */
  const ranges = {};
  for (const [of, range] of Object.entries(layer.ranges())) {
    if (range)
      ranges[of] = {
        min: [.../** @type {Float32Array} */ (range.min)],
        max: [.../** @type {Float32Array} */ (range.max)],
      };
  }
  return { ...weights(layer.inner), ...ranges };
}

/** @param {import("@tensorflow/tfjs").layers.Layer} layer */
function weights(layer) {
  // "conv1/kernel", where a second model of the process has "conv1/kernel_1".
  const named = layer.weights.map((weight) => [
    weight.originalName.split("/").at(-1),
    array(weight.read()),
  ]);
  return Object.fromEntries(named);
}

const written = { learningRate, cases: /** @type {Record<string, object>} */ ({}) };
for (const [name, options] of Object.entries(cases)) {
  const { xs, ys } = examples(options);
  const { layers } = await model(options);
  written.cases[name] = {
    ...options,
    xs: array(xs),
    ys: array(ys),
    layers: Object.fromEntries(layers.map((layer) => [layer.name, parts(layer)])),
  };
}
writeFileSync(process.argv[2], JSON.stringify(written));
