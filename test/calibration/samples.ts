import { generator } from "../generator.js";

/** The values of test/peers/calibration.py, to the last bit. */
export function draw(shape: string, seed: number, count: number): Float32Array {
  const random = generator(seed);
  const sum = () => {
    let total = 0;
    for (let i = 0; i < 12; i++) total += random();
    return total - 6;
  };
  const bell = Float64Array.from({ length: count }, sum);
  if (shape === "heavy") return Float32Array.from(bell, (value) => value / (random() + 0.05));
  if (shape === "relu") return Float32Array.from(bell, (value) => Math.max(value, 0));
  if (shape === "shifted") return Float32Array.from(bell, (value) => value + 2);
  return Float32Array.from(bell);
}

/** Values of a distribution at evenly spread shares, from its inverse distribution function. */
export function spread(count: number, quantile: (share: number) => number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => quantile((i + 0.5) / count));
}

/** Laplace's, with b = 1. */
export function laplaceQuantile(share: number): number {
  return share < 0.5 ? Math.log(2 * share) : -Math.log(2 * (1 - share));
}

/** Student's t with three degrees of freedom: its distribution function, inverted by bisection. */
export function studentQuantile(share: number): number {
  let [low, high] = [-1000, 1000];
  for (let i = 0; i < 45; i++) {
    const t = (low + high) / 2;
    const u = t / Math.sqrt(3);
    if (0.5 + (Math.atan(u) + u / (1 + u * u)) / Math.PI < share) low = t;
    else high = t;
  }
  return low;
}

/** Standard normal values, by Box and Muller. */
export function normals(count: number, seed: number): Float32Array {
  const random = generator(seed);
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
  });
}

/** The signal-to-noise ratio in dB of rounding to codes from `smallest` to `largest` at a scale. */
export function sqnr(values: Float32Array, scale: number, smallest: number, largest: number) {
  let [signal, noise] = [0, 0];
  for (const value of values) {
    const code = Math.min(largest, Math.max(smallest, Math.round(value / scale)));
    signal += value ** 2;
    noise += (value - code * scale) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
