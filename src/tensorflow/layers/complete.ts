import type { TensorFlow } from "../loading/loaded.js";
import { completeConvolutions } from "./convolutions.js";
import { freeKeptTensors } from "./keptTensors.js";
import { completeNonlinearities } from "./nonlinearities.js";
import { completeNormalizations } from "./normalizations.js";
import { completePreprocessing } from "./preprocessing.js";

/**
 * @internal
 * Completes tfjs's layers, once and for the whole process, where they throw or pass over an option that Keras has.
 */
export function completeLayers(tf: TensorFlow): void {
  completeConvolutions(tf);
  completeNonlinearities(tf);
  completeNormalizations(tf);
  completePreprocessing(tf);
  freeKeptTensors(tf);
}
