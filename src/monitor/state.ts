import type { MartingaleState } from "./martingale.js";
import type { Alarm } from "./monitor.js";
import { type Form, statisticNames } from "./observe.js";

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

/** @internal @throws TypeError if a text isn't the whole state of a monitor, of this version */
export function readState(saved: string): MonitorState {
  let state: Partial<MonitorState> | undefined;
  try {
    state = JSON.parse(saved) as Partial<MonitorState>;
  } catch {
    // The error below says what was expected.
  }
  const expected = "(expected the text that monitor.save() gave)";
  if (!state || typeof state.version !== "number") {
    throw new TypeError(`invalid state: no saved monitor ${expected}`);
  }
  if (state.version !== stateVersion) {
    throw new TypeError(
      `invalid state: version ${state.version} (expected ${stateVersion}: make a new monitor by q.monitor(model, reference))`,
    );
  }
  if (isWhole(state)) return state;
  throw new TypeError(`invalid state: parts of it are missing or broken ${expected}`);
}

function isWhole(state: Partial<MonitorState>): state is MonitorState {
  const { form, means, martingales, first, random, curve, seen, falseAlarm, clipEvery } = state;
  if (!Array.isArray(form?.inputs) || !Array.isArray(form.clipped)) return false;
  const count = statisticNames(form).length;
  const lists = [martingales, first];
  return (
    means?.length === count &&
    lists.every(
      (list) => Array.isArray(list) && list.length === count && list.every(isMartingale),
    ) &&
    areNumbers([seen, falseAlarm, clipEvery, form.classes], 4) &&
    typeof random === "object" &&
    random !== null &&
    Array.isArray(curve?.points)
  );
}

function isMartingale(state: Partial<MartingaleState> | null): boolean {
  const bins = (state?.edges?.length ?? -1) + 1;
  return (
    areNumbers(state?.edges, bins - 1) &&
    areNumbers(state?.counts, bins) &&
    areNumbers(state?.capitals, 6) &&
    areNumbers(state?.rises, 8) &&
    areNumbers([state?.seen], 1)
  );
}

function areNumbers(list: unknown, length: number): boolean {
  return Array.isArray(list) && list.length === length && list.every(Number.isFinite);
}
