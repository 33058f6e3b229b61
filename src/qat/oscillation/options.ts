import { type Ramp, ramp } from "../lossTerms/ramp.js";

/** Options of {@link trackOscillation}. */
export interface TrackOscillationOptions {
  /** How much a step counts in the moving average of the frequency. Default 0.01. */
  momentum?: number;
  /** Of how many of the last steps all codes are kept, for {@link OscillationTracker.codes}. Default 0, none. */
  record?: number;
  /** When a weight that oscillates is frozen. Default: never. */
  freeze?: FreezeOptions;
}

/** When a weight that oscillates is frozen at the mean of its codes. */
export interface FreezeOptions {
  /**
   * The frequency, in oscillations per step, above which a weight freezes, in the end. A single oscillation makes as
   * much as `momentum`: expected is more than that.
   */
  threshold: number;
  /** The threshold at first. Default 0.1. */
  from?: number;
  /** How the threshold falls. Default `"cosine"`. */
  schedule?: Ramp;
}

/** @internal Options that make sense. */
export interface Tracking {
  momentum: number;
  record: number;
  /** The threshold of each step, if weights are to freeze. */
  threshold: ((step: number, steps: number) => number) | undefined;
}

/** @internal @throws RangeError or TypeError for options that make no sense */
export function checkTracking({
  momentum = 0.01,
  record = 0,
  freeze,
}: TrackOscillationOptions): Tracking {
  if (!(momentum > 0 && momentum <= 1)) {
    throw new RangeError(
      `invalid momentum: ${momentum} (expected a number above 0, at most 1, as in 0.01)`,
    );
  }
  if (!Number.isInteger(record) || record < 0) {
    throw new RangeError(
      `invalid record: ${record} (expected the number of steps whose codes are kept, as in { record: 200 })`,
    );
  }
  return { momentum, record, threshold: freeze && thresholdOf(freeze, momentum) };
}

function thresholdOf(
  { threshold, from = 0.1, schedule = "cosine" }: FreezeOptions,
  momentum: number,
) {
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
  return ramp(from, threshold, schedule);
}
