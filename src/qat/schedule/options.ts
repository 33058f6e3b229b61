import type { CalibrationMethod } from "../../calibration/index.js";
import type { Dataset } from "../../datasets/index.js";

/** Bit widths: after how many epochs, and from then on how many bits. */
export type BitSteps = readonly (readonly [epochs: number, bits: number])[];

/** Options of {@link schedule}; all times are numbers of epochs that are done. */
export interface ScheduleOptions {
  /** For so many epochs nothing is rounded: TFMOT's `quant_delay`. Default 0. */
  fakeQuantDelay?: number;
  /** After so many epochs ranges stay, in a model prepared with an `observer`. Default: never. */
  freezeObserver?: number;
  /**
   * After so many epochs the statistics of batch normalization stay, in a model prepared with
   * `{ batchNorm: "train" }`. Default: never.
   */
  freezeBatchNorm?: number;
  /**
   * More bits at first, as in `[[0, 8], [3, 4], [6, 3]]`; for both, or for `{ weights, activations }` each. No
   * tensor gets fewer bits than it was prepared with: those kept at 8 stay there. Ranges of weights are found anew at each
   * step, those of activations are kept, unless there is `calibration`. Default: as prepared.
   */
  bits?: BitSteps | { weights?: BitSteps; activations?: BitSteps };
  /** Examples on which the ranges of activations are found anew at each step of `bits`. Default: they are kept. */
  calibration?: Dataset;
  /** How ranges are found at a step of `bits`, as {@link observer} names it. Default `"mse"`. */
  method?: CalibrationMethod;
}

/** @internal @throws RangeError or TypeError for options that make no sense */
export function checkSchedule(options: ScheduleOptions): void {
  const { fakeQuantDelay, freezeObserver, freezeBatchNorm, bits } = options ?? {};
  const times = { fakeQuantDelay, freezeObserver, freezeBatchNorm };
  for (const [name, epochs] of Object.entries(times)) {
    if (epochs === undefined || isCount(epochs)) continue;
    throw new RangeError(
      `invalid ${name}: ${epochs} (expected a whole number of epochs, from 0, as in { ${name}: 2 })`,
    );
  }
  if (Object.values(times).every((epochs) => epochs === undefined) && bits === undefined) {
    throw new TypeError(
      "invalid schedule: nothing changes (expected fakeQuantDelay, freezeObserver, freezeBatchNorm or bits, as in q.qat.schedule({ fakeQuantDelay: 2 }))",
    );
  }
  for (const steps of Object.values(bitStepsOf(bits))) checkSteps(steps);
}

const roles: { weights?: BitSteps; activations?: BitSteps } = {
  weights: undefined,
  activations: undefined,
};

/** @internal The steps of each role. */
export function bitStepsOf(bits: ScheduleOptions["bits"]): typeof roles {
  if (bits === undefined) return {};
  const byRole = Object.keys(Object(bits)).some((role) => role in roles);
  return byRole ? (bits as typeof roles) : { weights: bits as never, activations: bits as never };
}

function checkSteps(steps: BitSteps | undefined): void {
  if (steps === undefined) return;
  const example = "as in [[0, 8], [3, 4]]: 8 bits at first, 4 after 3 epochs";
  if (!Array.isArray(steps) || steps.length === 0 || !steps.every(isPair)) {
    throw new TypeError(`invalid bits: ${JSON.stringify(steps)} (expected steps, ${example})`);
  }
  let last = -1;
  for (const [epochs, bits] of steps as BitSteps) {
    if (!isCount(epochs) || epochs <= last) {
      throw new RangeError(
        `invalid bits: a step after ${epochs} epochs (expected whole numbers from 0 that grow, ${example})`,
      );
    }
    if (!Number.isInteger(bits) || bits < 1 || bits > 16) {
      throw new RangeError(`invalid bits: ${bits} (expected an integer from 1 to 16, ${example})`);
    }
    last = epochs;
  }
}

function isPair(step: unknown): boolean {
  return Array.isArray(step) && step.length === 2;
}

function isCount(epochs: number): boolean {
  return Number.isInteger(epochs) && epochs >= 0;
}
