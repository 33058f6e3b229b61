import type { GradConfig } from "@tensorflow/tfjs";
import type { TensorFlow } from "../loading/loaded.js";
import { convolutionGradients } from "./convolution.js";
import { maxPool3dGradient } from "./maxPool3d.js";
import { singleGradients } from "./single.js";
import { tileGradient } from "./tile.js";

/**
 * @internal
 * Completes tfjs's gradients, once and for the whole process: those of dilated convolutions, which tfjs refuses,
 * those of tensors split into one, and that of `Tile`, which tfjs computes slice by slice. They consist of tfjs's ops, so that every backend has them, and
 * compiled steps too.
 */
export function completeGradients(tf: TensorFlow): void {
  const gradients = [
    tileGradient(tf),
    maxPool3dGradient(tf),
    ...singleGradients(tf),
    ...convolutionGradients(tf),
  ];
  for (const gradient of gradients) replace(tf, gradient);
}

function replace(tf: TensorFlow, gradient: Partial<GradConfig> & { kernelName: string }): void {
  const { kernelName } = gradient;
  const original = tf.getGradient(kernelName);
  tf.unregisterGradient(kernelName);
  tf.registerGradient({ ...original, ...gradient });
}
