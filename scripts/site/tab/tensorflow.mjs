/**
 * TensorFlow.js for a tab: without `webgl`, which compiles a program for each shape, and without the converter, whose models a
 * tab has no folder for.
 */
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import { version_cpu } from "@tensorflow/tfjs-backend-cpu";
import { version_core } from "@tensorflow/tfjs-core";
import * as data from "@tensorflow/tfjs-data";
import { version_layers } from "@tensorflow/tfjs-layers";

export * from "@tensorflow/tfjs-backend-cpu";
export * from "@tensorflow/tfjs-core";
export * from "@tensorflow/tfjs-layers";
export { data };

export const version = {
  "tfjs-core": version_core,
  "tfjs-backend-cpu": version_cpu,
  "tfjs-layers": version_layers,
  tfjs: version_core,
};

/** A model of tfjs's converter can't be loaded in a tab. */
export function loadGraphModel() {
  throw new Error(
    "tf.loadGraphModel isn't there in a browser tab (expected a layers model: tf.loadLayersModel; for this one run the notebook in Node: npx qatlab start)",
  );
}
