import type { Routine } from "./routine.js";
import { type Stage, stageNames, stageRoutine } from "./stage.js";
import { type Storage, weightWords } from "./weights.js";

/** @internal A convolution's or a pooling's sizes. */
export const window: Routine = {
  name: "window",
  text: `struct window {
  int32_t in_height, in_width, in_channels, out_height, out_width, out_channels;
  int32_t kernel_height, kernel_width, stride_y, stride_x, dilation_y, dilation_x, pad_top, pad_left;
};`,
};

/** The words of C that differ between a routine that writes codes and one that writes accumulators. */
function outputWords(stage: Stage): {
  needs: Routine[];
  type: string;
  parameter: string;
  code: string;
} {
  if (stage === "none") return { needs: [], type: "int32_t", parameter: "", code: "sum" };
  const name = stageNames[stage];
  return {
    needs: [stageRoutine(stage)],
    type: "int8_t",
    parameter: `, const struct stage_${name} *stage`,
    code: `to_code_${name}(sum, c, stage)`,
  };
}

/** The name of a routine for one storage of weights and one stage. */
const named = (base: string, storage: Storage, stage: Stage) =>
  `${base}_${storage}_${stageNames[stage]}`;

/** A sum of products in blocks of constant length, which compilers turn into vector instructions. */
function dot(storage: Storage): Routine {
  const weights = weightWords[storage];
  const term = (index: string) =>
    `sum += (x[${index}] - zero_point) * ${weights.at(`first + ${index}`)};`;
  return {
    name: `dot_${storage}`,
    needs: weights.needs,
    text: `/* The sum of (x - zero point) * weight over neighbouring codes. */
static int32_t dot_${storage}(const int8_t *x, const ${weights.type} *weights, int32_t first, int32_t count, int32_t zero_point) {
  int32_t sum = 0, i = 0;
  for (; i + 16 <= count; i += 16) {
    for (int32_t j = 0; j < 16; j++) ${term("i + j")}
  }
  for (; i < count; i++) ${term("i")}
  return sum;
}`,
  };
}

/** @internal A convolution, also a fully connected layer: weights `[out, kh, kw, in]`. */
export function conv2d(storage: Storage, stage: Stage): Routine {
  const name = named("conv2d", storage, stage);
  const output = outputWords(stage);
  return {
    name,
    needs: [window, dot(storage), ...output.needs],
    text: `static void ${name}(const int8_t *input, const ${weightWords[storage].type} *weights, const int32_t *bias, ${output.type} *output,
    const struct window *w, int32_t zero_point${output.parameter}) {
  const int32_t row_taps = w->kernel_width * w->in_channels;
  /* The columns of a kernel that lie next to each other in the input are one sum. */
  const int32_t run = w->dilation_x == 1 ? w->kernel_width : 1;
  for (int32_t y = 0; y < w->out_height; y++) {
    for (int32_t x = 0; x < w->out_width; x++) {
      const int32_t top = y * w->stride_y - w->pad_top;
      const int32_t left = x * w->stride_x - w->pad_left;
      for (int32_t c = 0; c < w->out_channels; c++) {
        int32_t sum = bias != NULL ? bias[c] : 0;
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {
          const int32_t row = top + ky * w->dilation_y;
          if (row < 0 || row >= w->in_height) continue;
          const int32_t first = (c * w->kernel_height + ky) * row_taps;
          for (int32_t kx = 0; kx < w->kernel_width; kx += run) {
            const int32_t column = left + kx * w->dilation_x;
            const int32_t skipped = column < 0 ? -column : 0;
            const int32_t end = column + run < w->in_width ? run : w->in_width - column;
            if (skipped >= end) continue;
            const int8_t *pixel = input + (row * w->in_width + column + skipped) * w->in_channels;
            sum += dot_${storage}(pixel, weights, first + (kx + skipped) * w->in_channels, (end - skipped) * w->in_channels, zero_point);
          }
        }
        *output++ = ${output.code};
      }
    }
  }
}`,
  };
}

/**
 * @internal
 * A depthwise convolution with one output for each channel: weights `[1, kh, kw, in]`. Eight channels at a time have
 * their sums in a block of constant length, which compilers turn into vector instructions.
 */
export function depthwiseConv2d(storage: Storage, stage: Stage): Routine {
  const name = named("depthwise_conv2d", storage, stage);
  const weights = weightWords[storage];
  const output = outputWords(stage);
  const term = `sums[j] += (pixel[j] - zero_point) * ${weights.at("first + j")};`;
  return {
    name,
    needs: [window, ...weights.needs, ...output.needs],
    text: `static void ${name}(const int8_t *input, const ${weights.type} *weights, const int32_t *bias, ${output.type} *output,
    const struct window *w, int32_t zero_point${output.parameter}) {
  for (int32_t y = 0; y < w->out_height; y++) {
    for (int32_t x = 0; x < w->out_width; x++) {
      const int32_t top = y * w->stride_y - w->pad_top;
      const int32_t left = x * w->stride_x - w->pad_left;
      for (int32_t block = 0; block < w->in_channels; block += 8) {
        const int32_t count = w->in_channels - block < 8 ? w->in_channels - block : 8;
        int32_t sums[8] = {0};
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {
          const int32_t row = top + ky * w->dilation_y;
          if (row < 0 || row >= w->in_height) continue;
          for (int32_t kx = 0; kx < w->kernel_width; kx++) {
            const int32_t column = left + kx * w->dilation_x;
            if (column < 0 || column >= w->in_width) continue;
            const int8_t *pixel = input + (row * w->in_width + column) * w->in_channels + block;
            const int32_t first = (ky * w->kernel_width + kx) * w->in_channels + block;
            if (count == 8) {
              for (int32_t j = 0; j < 8; j++) ${term}
            } else {
              for (int32_t j = 0; j < count; j++) ${term}
            }
          }
        }
        for (int32_t c = block; c < block + count; c++) {
          const int32_t sum = sums[c - block] + (bias != NULL ? bias[c] : 0);
          *output++ = ${output.code};
        }
      }
    }
  }
}`,
  };
}

/** @internal A depthwise convolution with several outputs for each channel: weights `[1, kh, kw, in * multiplier]`. */
export function multipliedDepthwiseConv2d(storage: Storage, stage: Stage): Routine {
  const name = named("multiplied_depthwise_conv2d", storage, stage);
  const weights = weightWords[storage];
  const output = outputWords(stage);
  return {
    name,
    needs: [window, ...weights.needs, ...output.needs],
    text: `static void ${name}(const int8_t *input, const ${weights.type} *weights, const int32_t *bias, ${output.type} *output,
    const struct window *w, int32_t zero_point${output.parameter}) {
  const int32_t multiplier = w->out_channels / w->in_channels;
  for (int32_t y = 0; y < w->out_height; y++) {
    for (int32_t x = 0; x < w->out_width; x++) {
      const int32_t top = y * w->stride_y - w->pad_top;
      const int32_t left = x * w->stride_x - w->pad_left;
      for (int32_t c = 0; c < w->out_channels; c++) {
        const int8_t *channel = input + c / multiplier;
        int32_t sum = bias != NULL ? bias[c] : 0;
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {
          const int32_t row = top + ky * w->dilation_y;
          if (row < 0 || row >= w->in_height) continue;
          for (int32_t kx = 0; kx < w->kernel_width; kx++) {
            const int32_t column = left + kx * w->dilation_x;
            if (column < 0 || column >= w->in_width) continue;
            const int32_t weight = ${weights.at("(ky * w->kernel_width + kx) * w->out_channels + c")};
            sum += (channel[(row * w->in_width + column) * w->in_channels] - zero_point) * weight;
          }
        }
        *output++ = ${output.code};
      }
    }
  }
}`,
  };
}

/** @internal A transposed convolution: weights `[out, kh, kw, in]`; each output gathers the inputs that reach it. */
export function transposedConv2d(storage: Storage, stage: Stage): Routine {
  const name = named("transposed_conv2d", storage, stage);
  const weights = weightWords[storage];
  const output = outputWords(stage);
  return {
    name,
    needs: [window, ...weights.needs, ...output.needs],
    text: `static void ${name}(const int8_t *input, const ${weights.type} *weights, const int32_t *bias, ${output.type} *output,
    const struct window *w, int32_t zero_point${output.parameter}) {
  const int32_t taps = w->kernel_height * w->kernel_width * w->in_channels;
  for (int32_t y = 0; y < w->out_height; y++) {
    for (int32_t x = 0; x < w->out_width; x++) {
      for (int32_t c = 0; c < w->out_channels; c++) {
        int32_t sum = bias != NULL ? bias[c] : 0;
        for (int32_t ky = 0; ky < w->kernel_height; ky++) {
          const int32_t down = y + w->pad_top - ky;
          if (down < 0 || down % w->stride_y != 0 || down / w->stride_y >= w->in_height) continue;
          for (int32_t kx = 0; kx < w->kernel_width; kx++) {
            const int32_t across = x + w->pad_left - kx;
            if (across < 0 || across % w->stride_x != 0 || across / w->stride_x >= w->in_width) continue;
            const int8_t *pixel =
                input + (down / w->stride_y * w->in_width + across / w->stride_x) * w->in_channels;
            const int32_t first = c * taps + (ky * w->kernel_width + kx) * w->in_channels;
            for (int32_t i = 0; i < w->in_channels; i++) {
              sum += (pixel[i] - zero_point) * ${weights.at("first + i")};
            }
          }
        }
        *output++ = ${output.code};
      }
    }
  }
}`,
  };
}
