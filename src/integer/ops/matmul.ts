/**
 * accumulators[r · channels + c] = biases[c] + Σ x[r · taps + k] · weights[c · taps + k], from an offset in x and in the
 * accumulators on. Each code of x that is read serves four channels. Products of 8-bit codes have 15 bits, so that int32
 * sums hold 131,072 of them; sums that overflow wrap, as a runtime's do.
 */
export function multiply(
  x: Int16Array,
  from: number,
  rows: number,
  taps: number,
  weights: Int16Array,
  biases: Int32Array,
  accumulators: Int32Array,
  to: number,
): void {
  const channels = biases.length;
  const quads = channels - (channels % 4);
  for (let r = 0; r < rows; r++) {
    const start = from + r * taps;
    const out = to + r * channels;
    for (let c = 0; c < quads; c += 4) {
      let sum0 = biases[c]!;
      let sum1 = biases[c + 1]!;
      let sum2 = biases[c + 2]!;
      let sum3 = biases[c + 3]!;
      let w0 = c * taps;
      let w1 = w0 + taps;
      let w2 = w1 + taps;
      let w3 = w2 + taps;
      for (let k = 0; k < taps; k++) {
        const value = x[start + k]!;
        sum0 = (sum0 + Math.imul(value, weights[w0++]!)) | 0;
        sum1 = (sum1 + Math.imul(value, weights[w1++]!)) | 0;
        sum2 = (sum2 + Math.imul(value, weights[w2++]!)) | 0;
        sum3 = (sum3 + Math.imul(value, weights[w3++]!)) | 0;
      }
      accumulators[out + c] = sum0;
      accumulators[out + c + 1] = sum1;
      accumulators[out + c + 2] = sum2;
      accumulators[out + c + 3] = sum3;
    }
    for (let c = quads; c < channels; c++) {
      let sum = biases[c]!;
      let w = c * taps;
      for (let k = 0; k < taps; k++) sum = (sum + Math.imul(x[start + k]!, weights[w++]!)) | 0;
      accumulators[out + c] = sum;
    }
  }
}

/** The same of int16 codes, whose sums need more than 32 bits; whole doubles hold them. */
export function multiplyWide(
  x: Int16Array,
  from: number,
  rows: number,
  taps: number,
  weights: Int16Array,
  biases: Float64Array,
  accumulators: Float64Array,
  to: number,
): void {
  const channels = biases.length;
  for (let r = 0; r < rows; r++) {
    const start = from + r * taps;
    for (let c = 0; c < channels; c++) {
      let sum = biases[c]!;
      let w = c * taps;
      for (let k = 0; k < taps; k++) sum += x[start + k]! * weights[w++]!;
      accumulators[to + r * channels + c] = sum;
    }
  }
}
