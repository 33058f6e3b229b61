import type { Clamp } from "./clamp.js";
import { inDouble, inDoubleWide } from "./loops/double.js";
import { toFloat32 } from "./loops/float32.js";
import { toReduced } from "./loops/reduced.js";
import { toTwice, toTwiceUp } from "./loops/twice.js";
import type { Multipliers } from "./multiplier.js";
import type { Rounding } from "./rounding.js";

/** Everything that turns accumulators into codes, channels innermost. */
export interface Requantization extends Multipliers, Clamp {
  readonly channels: number;
  readonly zeroPoint: number;
}

/** Requantizes int32 accumulators; the channels from `first` up to `end` only. */
export type RequantizeLoop = (
  accumulators: Int32Array,
  codes: Int16Array,
  requantization: Requantization,
  first: number,
  end: number,
) => void;

const loops: Record<Exclude<Rounding, "reduced">, RequantizeLoop> = {
  float32: toFloat32,
  twice: toTwice,
  twiceUp: toTwiceUp,
  double: inDouble,
};

/**
 * Turns int32 accumulators into codes, by the named rounding. Each rounding is a function of its own, so that
 * V8 compiles it for one kind of arrays.
 */
export function requantize(
  rounding: Exclude<Rounding, "reduced">,
  accumulators: Int32Array,
  codes: Int16Array,
  requantization: Requantization,
  first = 0,
  end = requantization.channels,
): void {
  loops[rounding](accumulators, codes, requantization, first, end);
}

/** Turns int64 accumulators, which are whole numbers in doubles, into int16 codes. */
export function requantizeWide(
  rounding: "double" | "reduced",
  accumulators: Float64Array,
  codes: Int16Array,
  requantization: Requantization,
): void {
  if (rounding === "double") inDoubleWide(accumulators, codes, requantization);
  else toReduced(accumulators, codes, requantization);
}
