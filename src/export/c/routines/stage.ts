import type { Rounding } from "../../../integer/index.js";
import { roundDouble, roundFloat32, roundTwice, roundTwiceUp } from "./rounding.js";
import type { Routine } from "./routine.js";

/**
 * @internal
 * How accumulators become codes. `"twiceTail"` rounds halves up in the channels before the last ones that don't fill
 * eight, and away from zero in those.
 */
export type RoundingStage = Exclude<Rounding, "reduced"> | "twiceTail";

/** @internal The fate of accumulators: they are rounded to codes, or stay as they are (`"none"`). */
export type Stage = RoundingStage | "none";

/** @internal The names of the stages in C. */
export const stageNames: Record<Stage, string> = {
  float32: "float32",
  twice: "twice",
  twiceUp: "twice_up",
  twiceTail: "twice_tail",
  double: "double",
  none: "none",
};

/** @internal Limits a code to those that an op writes. */
export const clamp: Routine = {
  name: "clamp",
  text: `static int8_t clamp(int32_t code, int32_t smallest, int32_t largest) {
  return (int8_t)(code < smallest ? smallest : code > largest ? largest : code);
}`,
};

/** The routines that a stage rounds with, and the expression of a rounded number. */
const roundings: Record<RoundingStage, { needs: Routine[]; call: (args: string) => string }> = {
  float32: { needs: [roundFloat32], call: (args) => `round_float32(${args})` },
  twice: { needs: [roundTwice], call: (args) => `round_twice(${args})` },
  twiceUp: { needs: [roundTwiceUp], call: (args) => `round_twice_up(${args})` },
  twiceTail: {
    needs: [roundTwice, roundTwiceUp],
    call: (args) => `(channel < stage->tail ? round_twice_up(${args}) : round_twice(${args}))`,
  },
  double: { needs: [roundDouble], call: (args) => `round_double(${args})` },
};

const routines = new Map<RoundingStage, Routine>();

/** @internal The function that turns an accumulator of a channel into a code, and the type of what it needs. */
export function stageRoutine(stage: RoundingStage): Routine {
  const ready = routines.get(stage);
  if (ready) return ready;
  const name = stageNames[stage];
  const { needs, call } = roundings[stage];
  const routine: Routine = {
    name: `to_code_${name}`,
    needs: [...needs, clamp],
    text: `/* Turns accumulators into codes; \`step\` is 1 where each channel has a multiplier, 0 where all share one. */
struct stage_${name} {
  const ${stage === "double" ? "int64_t" : "int32_t"} *multipliers;
  const int8_t *shifts;
  int32_t step, zero_point, smallest, largest${stage === "twiceTail" ? ", tail" : ""};
};

static int8_t to_code_${name}(int32_t sum, int32_t channel, const struct stage_${name} *stage) {
  const int32_t i = channel * stage->step;
  const int32_t rounded = ${call("sum, stage->multipliers[i], stage->shifts[i]")};
  return clamp(rounded + stage->zero_point, stage->smallest, stage->largest);
}`,
  };
  routines.set(stage, routine);
  return routine;
}
