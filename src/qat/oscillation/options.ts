import { checkCount, checkNumber, checkOptions } from "../../arguments/index.js";
import { type Ramp, rampOf } from "../lossTerms/ramp.js";

/** Options of {@link trackOscillation}. */
export interface TrackOscillationOptions {
  /** The weight of a step in the moving average of the frequency. Default 0.01. */
  momentum?: number;
  /**
   * The number of last steps whose codes are all kept, for {@link OscillationTracker.codes}. Default 0: no
   * codes are kept.
   */
  record?: number;
  /** The conditions under which a weight that oscillates is frozen. Default: no weight is frozen. */
  freeze?: FreezeOptions;
}

/** The conditions under which a weight that oscillates is frozen at the mean of its codes. */
export interface FreezeOptions {
  /**
   * The frequency, in oscillations per step, above which a weight freezes at the end of the training. It is at
   * least `momentum`, since a single oscillation adds `momentum` to the frequency.
   */
  threshold: number;
  /** The threshold at the first step. Default 0.1. */
  from?: number;
  /** The path along which the threshold falls from `from`. Default `"cosine"`. */
  ramp?: Ramp;
}

/** @internal Checked options. */
export interface Tracking {
  momentum: number;
  record: number;
  /** The threshold of each step, if weights are to freeze. */
  threshold: ((step: number, steps: number) => number) | undefined;
}

/** @internal @throws RangeError if an option is out of its range; TypeError if the ramp is unknown */
export function checkTracking(options: TrackOscillationOptions): Tracking {
  checkOptions<TrackOscillationOptions>("q.qat.trackOscillation", options, {
    momentum: true,
    record: true,
    freeze: true,
  });
  const { momentum = 0.01, record = 0, freeze } = options;
  checkNumber("momentum", momentum, { above: 0, to: 1, example: "0.01" });
  checkCount("record", record, { least: 0, example: "{ record: 200 }" });
  return { momentum, record, threshold: freeze && thresholdOf(freeze, momentum) };
}

function thresholdOf(options: FreezeOptions, momentum: number) {
  checkOptions<FreezeOptions>("freeze", options, { threshold: true, from: true, ramp: true });
  const { threshold, from = 0.1, ramp = "cosine" } = options;
  if (!(threshold >= momentum && threshold < 1)) {
    throw new RangeError(
      `invalid threshold: ${threshold} (expected a frequency from momentum, ${momentum}, below 1, as in { freeze: { threshold: 0.02 } })`,
    );
  }
  if (!(from >= threshold && from <= 1)) {
    throw new RangeError(
      `invalid from: ${from} (expected a frequency from the threshold, ${threshold}, to 1)`,
    );
  }
  return rampOf(from, threshold, ramp);
}
