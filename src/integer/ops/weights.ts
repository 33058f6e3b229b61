import { type Context, narrow } from "./context.js";

/** The weights of an op, with its biases. */
export interface Weights {
  /** The codes less their zero point. */
  readonly weights: Int16Array;
  readonly channels: number;
  readonly scales: Float32Array;
}

/** The codes of a weight tensor, less its zero points, laid out as the tensor. */
export function weightsOf(context: Context, index: number, channelAxis: number): Weights {
  const tensor = context.tensor(index);
  const channels = tensor.shape[channelAxis] ?? 1;
  const codes = narrow(context, index);
  if (tensor.codes && tensor.zeroPoint.every((zeroPoint) => zeroPoint === 0)) {
    return { weights: codes, channels, scales: tensor.scale };
  }
  throw new RangeError(
    `invalid weights \`${tensor.name}\`: zero points ${[...tensor.zeroPoint].join(", ")} (expected constant codes ` +
      "with zero points 0, as q.int makes them)",
  );
}

/**
 * The biases of channels whose weights stand one after another, less zeroPoint · Σ weights, so that the sums of products
 * needn't subtract the input's zero point.
 */
export function foldedBiases(
  context: Context,
  bias: number,
  { weights, channels }: Weights,
  zeroPoint: number,
): Float64Array {
  const biases = biasesOf(context, bias, channels);
  const taps = weights.length / channels;
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += weights[c * taps + k]!;
    biases[c] = biases[c]! - zeroPoint * sum;
  }
  return biases;
}

/** A copy of the biases as whole doubles; zeros if the tensor is left out. */
export function biasesOf(context: Context, bias: number, channels: number): Float64Array {
  return bias < 0 ? new Float64Array(channels) : Float64Array.from(context.codes(bias));
}
