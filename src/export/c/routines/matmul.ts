import type { Routine } from "./routine.js";
import { stageRoutine } from "./stage.js";

/** @internal Products of matrices. */
export const batchMatMul: Routine = {
  name: "batch_matmul",
  needs: [stageRoutine("twice")],
  text: `struct matrices {
  int32_t count, rows, taps, columns;
  /* The steps in the second matrix from tap to tap, and from column to column. */
  int32_t tap_step, column_step;
  int32_t first_zero_point, second_zero_point;
};

/* The products of the matrices in the last two axes. */
static void batch_matmul(const int8_t *first, const int8_t *second, int8_t *output, const struct matrices *m,
    const struct stage_twice *stage) {
  for (int32_t matrix = 0; matrix < m->count; matrix++) {
    for (int32_t row = 0; row < m->rows; row++) {
      for (int32_t column = 0; column < m->columns; column++) {
        int32_t sum = 0;
        for (int32_t k = 0; k < m->taps; k++) {
          sum += (first[k] - m->first_zero_point) *
                 (second[column * m->column_step + k * m->tap_step] - m->second_zero_point);
        }
        *output++ = to_code_twice(sum, 0, stage);
      }
      first += m->taps;
    }
    second += m->taps * m->columns;
  }
}`,
};
