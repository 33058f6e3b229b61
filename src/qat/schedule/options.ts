import { checkBits, checkCount } from "../../arguments/index.js";
import type { CalibrationMethod } from "../../calibration/index.js";
import type { InputData } from "../../train/index.js";

/** Bit widths: pairs of a number of epochs, and of the bits from then on. */
export type BitSteps = readonly (readonly [epochs: number, bits: number])[];

/** Options of {@link schedule}. All times are numbers of completed epochs. */
export interface ScheduleOptions {
  /** The number of epochs in which nothing is rounded, as TFMOT's `quant_delay`. Default 0. */
  fakeQuantDelay?: number;
  /** The number of epochs after which ranges stay, in a model prepared with `movingAverage`. Default: never. */
  freezeObserver?: number;
  /**
   * The number of epochs after which the statistics of batch normalization stay, in a model prepared with
   * `{ batchNorm: "train" }`. Default: never.
   */
  freezeBatchNorm?: number;
  /**
   * The bits at each time, as in `[[0, 8], [3, 4], [6, 3]]`, for weights and activations alike or in
   * `{ weights, activations }` for each. No tensor gets fewer bits than it was prepared with. Ranges of weights
   * are found anew at each step; ranges of activations are found anew only with `calibration`. Default: the
   * bits that the model was prepared with.
   */
  bits?: BitSteps | { weights?: BitSteps; activations?: BitSteps };
  /**
   * Examples on which the ranges of activations are found anew at each step of `bits`. Default: these ranges
   * are kept.
   */
  calibration?: InputData;
  /** The method that finds ranges at a step of `bits`, by its name in {@link observer}. Default `"mse"`. */
  method?: CalibrationMethod;
}

/**
 * @internal
 * @throws RangeError if times or bits are out of their range; TypeError if nothing would change or `bits`
 * aren't pairs
 */
export function checkSchedule(options: ScheduleOptions): void {
  const { fakeQuantDelay, freezeObserver, freezeBatchNorm, bits } = options ?? {};
  const times = { fakeQuantDelay, freezeObserver, freezeBatchNorm };
  for (const [name, epochs] of Object.entries(times)) {
    if (epochs !== undefined) checkCount(name, epochs, { least: 0, example: `{ ${name}: 2 }` });
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
  const example = "[[0, 8], [3, 4]]: 8 bits at first, 4 after 3 epochs";
  if (!Array.isArray(steps) || steps.length === 0 || !steps.every(isPair)) {
    throw new TypeError(
      `invalid bits: ${JSON.stringify(steps)} (expected steps, as in ${example})`,
    );
  }
  let last = -1;
  for (const [epochs, bits] of steps as BitSteps) {
    if (!isCount(epochs) || epochs <= last) {
      throw new RangeError(
        `invalid bits: a step after ${epochs} epochs (expected whole numbers from 0 that grow, as in ${example})`,
      );
    }
    checkBits(bits, { example });
    last = epochs;
  }
}

function isPair(step: unknown): boolean {
  return Array.isArray(step) && step.length === 2;
}

function isCount(epochs: number): boolean {
  return Number.isInteger(epochs) && epochs >= 0;
}
