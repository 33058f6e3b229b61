import type { Routine } from "./routine.js";

/** @internal A copy with strides, which moves codes about: slices, transpositions, paddings, concatenations. */
export const copy: Routine = {
  name: "copy",
  text: `struct strided {
  int32_t sizes[5], from[5], to[5];
};

/* Copies codes from one strided arrangement to another. */
static void copy(const int8_t *input, int8_t *output, const struct strided *s) {
  for (int32_t a = 0; a < s->sizes[0]; a++) {
    for (int32_t b = 0; b < s->sizes[1]; b++) {
      for (int32_t c = 0; c < s->sizes[2]; c++) {
        for (int32_t d = 0; d < s->sizes[3]; d++) {
          const int8_t *in = input + a * s->from[0] + b * s->from[1] + c * s->from[2] + d * s->from[3];
          int8_t *out = output + a * s->to[0] + b * s->to[1] + c * s->to[2] + d * s->to[3];
          for (int32_t e = 0; e < s->sizes[4]; e++) out[e * s->to[4]] = in[e * s->from[4]];
        }
      }
    }
  }
}`,
};

/** @internal A copy of neighbouring codes of a type. */
export const copyWhole = (type: "int8_t" | "int32_t"): Routine => ({
  name: `copy_${type.replace("_t", "")}`,
  text: `static void copy_${type.replace("_t", "")}(const ${type} *input, ${type} *output, int32_t size) {
  for (int32_t i = 0; i < size; i++) output[i] = input[i];
}`,
});

/** @internal */
export const fill: Routine = {
  name: "fill",
  text: `static void fill(int8_t *output, int32_t size, int8_t code) {
  for (int32_t i = 0; i < size; i++) output[i] = code;
}`,
};

/** @internal A function of each code, by a table of all 256 codes. */
export const lookup: Routine = {
  name: "lookup",
  text: `static void lookup(const int8_t *input, int8_t *output, int32_t size, const int8_t *table) {
  for (int32_t i = 0; i < size; i++) output[i] = table[input[i] + 128];
}`,
};

/** @internal Rows of a table. An index outside the table takes the nearest row. */
export const gather: Routine = {
  name: "gather",
  text: `/* Rows of a table; an index outside the table takes the nearest row. */
static void gather(const int32_t *indices, const int8_t *table, int8_t *output, int32_t count, int32_t rows, int32_t width) {
  for (int32_t i = 0; i < count; i++) {
    const int32_t row = indices[i] < 0 ? 0 : indices[i] >= rows ? rows - 1 : indices[i];
    for (int32_t j = 0; j < width; j++) *output++ = table[row * width + j];
  }
}`,
};
