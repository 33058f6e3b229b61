import type { WeightCodes } from "./weights.js";

/** The largest code that a bias gets, so that the sums that it joins fit into 32 bits. */
const largestCode = 2 ** 30;

/**
 * The codes of a bias beside 16-bit activations: as {@link biasCodes}, but with as many bits as a double holds.
 */
export function wideBiasCodes(
  values: Float32Array,
  inputScale: number,
  weightScale: Float32Array,
): { codes: Float64Array; scale: Float32Array } {
  const scale = weightScale.map((s) => inputScale * s);
  const codes = Float64Array.from(values, (value, i) =>
    halfEven(value / scale[scale.length === 1 ? 0 : i]!),
  );
  return { codes, scale };
}

/**
 * Weights with larger scales in those channels whose bias would otherwise have more than 31 bits: there the bias is so
 * much larger than all products that the coarser weights change no code.
 */
export function withRoomForBias(
  weights: WeightCodes,
  values: Float32Array,
  inputScale: number,
  channelOf: (index: number) => number,
): WeightCodes {
  const least = Float32Array.from(values, (value) =>
    Math.fround(Math.abs(value) / largestCode / inputScale),
  );
  const needed = weights.scale.length === 1 ? Float32Array.of(Math.max(...least)) : least;
  if (weights.scale.every((scale, i) => scale >= needed[i]!)) return weights;
  const scale = weights.scale.map((scale, i) => Math.max(scale, needed[i]!));
  const codes = weights.codes.map((code, i) => {
    const channel = weights.scale.length === 1 ? 0 : channelOf(i);
    return halfEven((code * weights.scale[channel]!) / scale[channel]!);
  });
  return { ...weights, codes, scale };
}

/** The nearest whole number; of two equally near ones the even one. */
export function halfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
