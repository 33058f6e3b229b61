import type { EpochResult } from "./history.js";

/** @internal How far a training has come; plain data. */
export interface Progress {
  /** The epoch that is running or comes next, from 1. */
  epoch: number;
  /** Whether callbacks were told that it begins. */
  begun: boolean;
  /** What was measured in each of its steps so far: loss · n, then each metric's sum. */
  rows: number[][];
  /** The results of the epochs before it. */
  history: EpochResult[];
  /** Whether there is nothing more to do. */
  finished: boolean;
}

/** @internal Of a training that hasn't begun. */
export function noProgress(): Progress {
  return { epoch: 1, begun: false, rows: [], history: [], finished: false };
}
