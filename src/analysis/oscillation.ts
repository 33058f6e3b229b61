import type { OscillationTracker } from "../qat/oscillation/index.js";
import { Oscillation } from "./oscillationResult.js";

/**
 * Which weights oscillate between two codes, layer by layer: those whose frequency, the moving average of how often
 * they turn back, is above a threshold, and which aren't frozen. Nagel et al. 2022, arXiv:2203.11086, section 4.1.
 *
 * @param tracker from `q.qat.trackOscillation`, after a training
 * @param options `threshold`, the frequency from which on a weight counts, in oscillations per step (default 0.005)
 * @throws TypeError for what isn't a tracker, Error before its first training; RangeError for a threshold that isn't
 *   a frequency
 * @example
 * const tracker = q.qat.trackOscillation({ record: 100 });
 * await q.fit(qat, train, { epochs: 10, callbacks: tracker });
 * const oscillation = q.analysis.oscillation(tracker);
 * oscillation.share > 0.02; // true (of the weights)
 */
export function oscillation(
  tracker: OscillationTracker,
  { threshold = 0.005 }: { threshold?: number } = {},
): Oscillation {
  if (typeof tracker?.kernels !== "function") {
    throw new TypeError(
      `invalid tracker: ${typeof tracker} (expected one that watched a training, as in const tracker = q.qat.trackOscillation(); await q.fit(qat, train, { epochs: 15, callbacks: tracker }))`,
    );
  }
  if (!(threshold >= 0 && threshold < 1)) {
    throw new RangeError(
      `invalid threshold: ${threshold} (expected oscillations per step from 0, below 1, as in 0.005)`,
    );
  }
  return new Oscillation(tracker, threshold);
}
