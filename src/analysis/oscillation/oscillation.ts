import { checkOptions } from "../../arguments/index.js";
import type { OscillationTracker } from "../../qat/index.js";
import { Oscillation } from "./oscillationResult.js";

/** Options of {@link oscillation}. */
export interface OscillationOptions {
  /** The frequency above which a weight counts, in oscillations per step, from 0, below 1. Default 0.005. */
  threshold?: number;
}

/**
 * Counts the weights that oscillate between two codes, layer by layer. A weight oscillates if its frequency,
 * the moving average of its oscillations per step, is above a threshold and the weight isn't frozen. Nagel et
 * al. 2022, arXiv:2203.11086, section 4.1.
 *
 * @param tracker from `q.qat.trackOscillation`, after a training
 * @throws TypeError if `tracker` isn't a tracker; Error if the tracker has watched no training yet; RangeError
 *   if `threshold` isn't from 0 to below 1
 * @example
 * const tracker = q.qat.trackOscillation({ record: 100 });
 * await q.fit(qat, train, { epochs: 10, callbacks: tracker });
 * const oscillation = q.analysis.oscillation(tracker);
 * oscillation.share > 0.02; // true (of the weights)
 */
export function oscillation(
  tracker: OscillationTracker,
  options: OscillationOptions = {},
): Oscillation {
  checkOptions<OscillationOptions>("q.analysis.oscillation", options, { threshold: true });
  const { threshold = 0.005 } = options;
  if (typeof tracker?.kernels !== "function") {
    throw new TypeError(
      `invalid tracker: ${typeof tracker} (expected a tracker that watched a training, as in const tracker = q.qat.trackOscillation(); await q.fit(qat, train, { epochs: 15, callbacks: tracker }))`,
    );
  }
  if (!(threshold >= 0 && threshold < 1)) {
    throw new RangeError(
      `invalid threshold: ${threshold} (expected oscillations per step from 0, below 1, as in 0.005)`,
    );
  }
  return new Oscillation(tracker, threshold);
}
