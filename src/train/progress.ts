import type { EpochResult } from "./history.js";

/** @internal How far a training has come; plain data. */
export interface Progress {
  /** The epoch that is running or comes next, from 1. */
  epoch: number;
  /** Whether callbacks were told that the epoch begins. */
  begun: boolean;
  /** The sums of each step of the epoch so far: loss · n, then each metric's sum. */
  rows: number[][];
  /** The results of the epochs before. */
  history: EpochResult[];
  /** Whether there is nothing more to do. */
  finished: boolean;
}

/** @internal The progress of a training that has not begun. */
export function noProgress(): Progress {
  return { epoch: 1, begun: false, rows: [], history: [], finished: false };
}
