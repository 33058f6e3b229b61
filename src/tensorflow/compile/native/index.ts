import { replaceActivations } from "./activations.js";
import { replaceBatchNormalization } from "./batchNormalization.js";
import { replaceCrossEntropy } from "./crossEntropy.js";
import { replaceFakeQuantGradient } from "./fakeQuant.js";
import { replaceLayerNormalization } from "./layerNormalization.js";
import { replaceMatMul } from "./matMul.js";
import { replaceRecurrent } from "./recurrent.js";
import type { Restore } from "./substitute.js";

const substitutions = [
  replaceActivations,
  replaceBatchNormalization,
  replaceCrossEntropy,
  replaceFakeQuantGradient,
  replaceLayerNormalization,
  replaceMatMul,
  replaceRecurrent,
];

/**
 * @internal
 * While `run` runs, TensorFlow's own ops take the place of ops that tfjs composes. This is for graphs that may
 * be rewritten.
 */
export function withNativeOps<T>(run: () => T): T {
  const restores: Restore[] = [];
  try {
    for (const substitute of substitutions) restores.push(substitute());
    return run();
  } finally {
    for (const restore of restores.reverse()) restore();
  }
}
