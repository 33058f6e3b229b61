import { roundTwice } from "./rounding.js";
import type { Routine } from "./routine.js";
import { clamp, type RoundingStage, stageNames, stageRoutine } from "./stage.js";

const broadcast: Routine = {
  name: "broadcast",
  text: `/* A loop over two tensors; an input that broadcasts along an axis has the step 0 there. */
struct broadcast {
  int32_t sizes[4], first[4], second[4];
};`,
};

/** The text of a routine for two inputs, without its loop. */
interface Form {
  readonly name: string;
  readonly needs: readonly Routine[];
  readonly comment: string;
  readonly parameters: string;
  /** The expression of a code, of the codes \`x\` and \`y\`. */
  readonly code: string;
}

const binary = ({ name, needs, comment, parameters, code }: Form): Routine => ({
  name,
  needs: [broadcast, ...needs],
  text: `/* ${comment} */
static void ${name}(const int8_t *first, const int8_t *second, int8_t *output, const struct broadcast *b, ${parameters}) {
  for (int32_t i = 0; i < b->sizes[0]; i++) {
    for (int32_t j = 0; j < b->sizes[1]; j++) {
      for (int32_t k = 0; k < b->sizes[2]; k++) {
        const int8_t *xs = first + i * b->first[0] + j * b->first[1] + k * b->first[2];
        const int8_t *ys = second + i * b->second[0] + j * b->second[1] + k * b->second[2];
        for (int32_t l = 0; l < b->sizes[3]; l++) {
          const int32_t x = xs[l * b->first[3]];
          const int32_t y = ys[l * b->second[3]];
          *output++ = ${code};
        }
      }
    }
  }
}`,
});

const sum: Routine = {
  name: "sum",
  text: `struct sum {
  int32_t first_zero_point, second_zero_point, first_multiplier, second_multiplier;
  int32_t first_shift, second_shift, sign, multiplier, shift, zero_point, smallest, largest;
};`,
};

/** @internal XNNPACK's sum of two tensors: multipliers of up to 21 bits, and one shift. */
export const addShifted = binary({
  name: "add_shifted",
  needs: [sum, clamp],
  comment: "A sum of two tensors, each with a multiplier, rounded once, halves up.",
  parameters: "const struct sum *s",
  code: `clamp(((s->first_multiplier * (x - s->first_zero_point) + s->second_multiplier * (y - s->second_zero_point) +
                            ((int32_t)1 << (s->shift - 1))) >> s->shift) + s->zero_point, s->smallest, s->largest)`,
});

const addTerm: Routine = {
  name: "add_term",
  needs: [roundTwice],
  text: `static int32_t add_term(int32_t difference, int32_t multiplier, int32_t shift) {
  return round_twice(difference * 1048576, multiplier, shift);
}`,
};

/** @internal TensorFlow Lite's sum of two tensors: the inputs, 20 bits higher, on a common scale. */
export const addTwice = binary({
  name: "add_twice",
  needs: [sum, addTerm, clamp],
  comment: "A sum of two tensors, brought to a common scale 20 bits higher first.",
  parameters: "const struct sum *s",
  code: `clamp(round_twice(add_term(x - s->first_zero_point, s->first_multiplier, s->first_shift) +
                                        s->sign * add_term(y - s->second_zero_point, s->second_multiplier, s->second_shift),
                                    s->multiplier, s->shift) + s->zero_point, s->smallest, s->largest)`,
});

/** @internal A product of two tensors. */
export const multiply = (stage: RoundingStage): Routine =>
  binary({
    name: `multiply_${stageNames[stage]}`,
    needs: [stageRoutine(stage)],
    comment: "A product of two tensors.",
    parameters: `int32_t first_zero_point, int32_t second_zero_point, const struct stage_${stageNames[stage]} *stage`,
    code: `to_code_${stageNames[stage]}((x - first_zero_point) * (y - second_zero_point), 0, stage)`,
  });

/** @internal */
export const maximum = binary({
  name: "maximum",
  needs: [clamp],
  comment: "The larger code of two tensors.",
  parameters: "int32_t smallest, int32_t largest",
  code: "clamp(x > y ? x : y, smallest, largest)",
});

/** @internal */
export const minimum = binary({
  name: "minimum",
  needs: [clamp],
  comment: "The smaller code of two tensors.",
  parameters: "int32_t smallest, int32_t largest",
  code: "clamp(x < y ? x : y, smallest, largest)",
});

const slopes: Routine = {
  name: "slopes",
  text: `struct slopes {
  int32_t first_zero_point, second_zero_point, multiplier, shift, slope_multiplier, slope_shift;
  int32_t zero_point, smallest, largest;
};`,
};

/** @internal */
export const prelu = binary({
  name: "prelu",
  needs: [slopes, roundTwice, clamp],
  comment: "A tensor whose negative values are multiplied with slopes.",
  parameters: "const struct slopes *s",
  code: `clamp((x >= s->first_zero_point
                                ? round_twice(x - s->first_zero_point, s->multiplier, s->shift)
                                : round_twice((x - s->first_zero_point) * (y - s->second_zero_point), s->slope_multiplier,
                                              s->slope_shift)) + s->zero_point, s->smallest, s->largest)`,
});
