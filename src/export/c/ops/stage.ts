import { clampOf, type FusedActivation, type Multipliers } from "../../../integer/index.js";
import { refuse } from "../refuse.js";
import { type RoundingStage, stageNames } from "../routines/stage.js";
import { struct, type Writer } from "../writer.js";

/** @internal Multipliers in the form in which the routines of a stage take them. */
export interface Factors {
  readonly multipliers: Int32Array | BigInt64Array;
  readonly shifts: Int8Array;
}

/**
 * @internal
 * The multipliers of a stage: for float arithmetic the bits of the factor, as a whole number over 2^shift.
 *
 * @param layer the layer that a message names
 */
export function factorsOf(stage: RoundingStage, all: Multipliers, layer: string): Factors {
  if (stage !== "float32" && stage !== "double") {
    return { multipliers: all.multipliers, shifts: Int8Array.from(all.shifts) };
  }
  const [bits, least, most] = stage === "float32" ? [24, 0, 64] : [53, 33, 96];
  const parts = Array.from(all.factors, (factor) => wholeOf(factor, bits));
  for (const { shift } of parts) {
    if (shift >= least) continue;
    const reason = "its output's scale is far below those of its input and its weights";
    throw refuse({ layer, what: "multiplier", reason, way: "calibrate the model anew" });
  }
  const shifts = Int8Array.from(parts, ({ shift }) => Math.min(shift, most));
  if (stage === "float32") {
    return { multipliers: Int32Array.from(parts, ({ whole }) => whole), shifts };
  }
  return { multipliers: BigInt64Array.from(parts, ({ whole }) => BigInt(whole)), shifts };
}

/** A positive number as a whole number of a number of bits, over 2^shift. */
function wholeOf(factor: number, bits: number): { whole: number; shift: number } {
  if (factor === 0) return { whole: 0, shift: 96 };
  let shift = 0;
  let whole = factor;
  while (whole >= 2 ** bits) {
    whole /= 2;
    shift--;
  }
  while (whole < 2 ** (bits - 1)) {
    whole *= 2;
    shift++;
  }
  return { whole, shift };
}

/** @internal The values that the requantization of an op needs. */
export interface StageOptions {
  readonly layer: string;
  readonly output: number;
  readonly activation: FusedActivation;
  readonly multipliers: Multipliers;
}

/** @internal The struct with what turns an op's accumulators into codes. */
export function stageStruct(
  stage: RoundingStage,
  { layer, output, activation, multipliers: all }: StageOptions,
  writer: Writer,
): string {
  const { multipliers, shifts } = once(factorsOf(stage, all, layer));
  const tensor = writer.tensor(output);
  const tail = all.shifts.length - (all.shifts.length % 8);
  return struct(`stage_${stageNames[stage]}`, {
    multipliers: writer.constants.add(`${layer}_multipliers`, multipliers),
    shifts: writer.constants.add(`${layer}_shifts`, shifts),
    step: multipliers.length > 1 ? 1 : 0,
    zero_point: tensor.zeroPoint[0]!,
    ...clampOf(activation, tensor),
    ...(stage === "twiceTail" ? { tail } : {}),
  });
}

/** One multiplier where all channels have the same. */
function once({ multipliers, shifts }: Factors): Factors {
  const same = shifts.every((shift, i) => shift === shifts[0] && multipliers[i] === multipliers[0]);
  if (!same) return { multipliers, shifts };
  return { multipliers: multipliers.slice(0, 1), shifts: shifts.slice(0, 1) };
}
