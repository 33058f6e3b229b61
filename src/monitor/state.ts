import type { MartingaleState } from "./martingale.js";
import type { Alarm } from "./monitor.js";
import type { Form } from "./observe.js";

/** @internal */
export const stateVersion = 2;

/** @internal Everything that a monitor keeps, as plain JSON. */
export interface MonitorState {
  version: number;
  /** Tells which model the state belongs to. */
  model: string;
  form: Form;
  falseAlarm: number;
  clipEvery: number;
  seen: number;
  /** The mean of each statistic in the reference examples. */
  means: number[];
  martingales: MartingaleState[];
  /** The martingales' states before the first example. */
  first: MartingaleState[];
  random: unknown;
  curve: { points: number[][]; stride: number };
  alarm?: Alarm;
  problem?: string;
}
