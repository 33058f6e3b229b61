/**
 * @internal
 * TensorFlow.js without the parts that the landing page never uses (`webgl`, the converter, data pipelines). The page's
 * bundle takes this file in place of `@tensorflow/tfjs`; the tensors' methods and the gradients are registered as there.
 */
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-backend-cpu";

export * from "@tensorflow/tfjs-core";
export * from "@tensorflow/tfjs-layers";
