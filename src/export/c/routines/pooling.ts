import { window } from "./convolution.js";
import type { Routine } from "./routine.js";
import { clamp } from "./stage.js";

const pool = (
  name: string,
  comment: string,
  start: string,
  take: string,
  end: string,
): Routine => ({
  name,
  needs: [window, clamp],
  text: `/* ${comment} */
static void ${name}(const int8_t *input, int8_t *output, const struct window *w, int32_t smallest, int32_t largest) {
  for (int32_t y = 0; y < w->out_height; y++) {
    for (int32_t x = 0; x < w->out_width; x++) {
      for (int32_t c = 0; c < w->out_channels; c++) {
        ${start}
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {
          const int32_t row = y * w->stride_y - w->pad_top + ky;
          if (row < 0 || row >= w->in_height) continue;
          for (int32_t kx = 0; kx < w->kernel_width; kx++) {
            const int32_t column = x * w->stride_x - w->pad_left + kx;
            if (column < 0 || column >= w->in_width) continue;
            const int32_t code = input[(row * w->in_width + column) * w->in_channels + c];
            ${take}
          }
        }
        *output++ = clamp(${end}, smallest, largest);
      }
    }
  }
}`,
});

/** @internal */
export const maxPool2d = pool(
  "max_pool2d",
  "The largest code of each window.",
  "int32_t best = -128;",
  "if (code > best) best = code;",
  "best",
);

/** @internal */
export const averagePool2d = pool(
  "average_pool2d",
  "The mean code of each window without its padding, halves away from zero.",
  "int32_t sum = 0, count = 0;",
  "sum += code, count++;",
  "(sum < 0 ? sum - count / 2 : sum + count / 2) / count",
);
