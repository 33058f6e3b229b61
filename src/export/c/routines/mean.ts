import type { Routine } from "./routine.js";

/** @internal The mean over axes, by the sums at which its code changes. */
export const mean: Routine = {
  name: "mean",
  text: `struct mean {
  int32_t kept[2], kept_steps[2], reduced[2], reduced_steps[2];
  /* The smallest code, and the sums from which on the code is one more. */
  int32_t smallest, count;
  const int32_t *thresholds;
};

/* The mean over axes: the sum of codes, and the code that the kernel makes of it. */
static void mean(const int8_t *input, int8_t *output, const struct mean *m) {
  for (int32_t a = 0; a < m->kept[0]; a++) {
    for (int32_t b = 0; b < m->kept[1]; b++) {
      const int8_t *start = input + a * m->kept_steps[0] + b * m->kept_steps[1];
      int32_t sum = 0;
      for (int32_t c = 0; c < m->reduced[0]; c++) {
        for (int32_t d = 0; d < m->reduced[1]; d++) {
          sum += start[c * m->reduced_steps[0] + d * m->reduced_steps[1]];
        }
      }
      int32_t low = 0, high = m->count;
      while (low < high) {
        const int32_t middle = (low + high) / 2;
        if (m->thresholds[middle] <= sum) low = middle + 1;
        else high = middle;
      }
      *output++ = (int8_t)(m->smallest + low);
    }
  }
}`,
};
