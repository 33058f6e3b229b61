import { biasOf } from "../../../layers/index.js";
import { biasCodes, TrainedBatchNorm } from "../../../quantized/index.js";
import type { IntegerTensor } from "../../program/index.js";
import { wideBiasCodes, withRoomForBias } from "../bias.js";
import type { Place } from "../context.js";
import type { TensorGrid } from "../grid.js";
import { permuted, type WeightCodes, weightCodes } from "../weights.js";

/** The codes of a kernel in the layout of TensorFlow Lite. */
export interface Kernel extends WeightCodes {
  /** The axis of the output channels. */
  axis: number;
}

/** A layer's kernel with its axes in another order. */
export function kernelOf(
  place: Place,
  { order, shape, axis, path }: { order?: number[]; shape: number[]; axis: number; path?: string },
): Kernel {
  const weights = weightCodes(place.quantized, place.name, path);
  const codes = order ? permuted(weights.codes, weights.shape, order) : weights.codes;
  return { ...weights, codes, shape, axis };
}

/** The values of a layer's bias; zeros if it has none. */
export function biasValues(place: Place, channels: number): Float32Array {
  const { inner } = place;
  if (inner instanceof TrainedBatchNorm) {
    const bias = inner.foldedBias();
    const values = bias.dataSync() as Float32Array;
    bias.dispose();
    return values;
  }
  return (
    (biasOf(place.layer)?.read().dataSync() as Float32Array | undefined) ??
    new Float32Array(channels)
  );
}

/** The tensors around a linear op. */
export interface Linear {
  kernel: Kernel;
  bias: Float32Array;
  input: number;
  shape: readonly number[];
  grid: TensorGrid | undefined;
  suffix?: string;
}

/**
 * Adds the tensors of a kernel and a bias, and describes the output: codes on the grid, or, without a grid, the
 * accumulators.
 */
export function linearTensors(
  place: Place,
  { kernel, bias, input, shape, grid, suffix = "" }: Linear,
): { inputs: [number, number, number]; output: IntegerTensor } {
  const { builder, label: name } = place;
  const x = builder.at(input);
  const after = kernel.shape.slice(kernel.axis + 1).reduce((a, b) => a * b, 1);
  const channels = kernel.shape[kernel.axis]!;
  const roomy = withRoomForBias(kernel, bias, x.scale[0]!, (i) => Math.floor(i / after) % channels);
  const wide = x.type === "int16";
  const { codes, scale } = (wide ? wideBiasCodes : biasCodes)(bias, x.scale[0]!, roomy.scale);
  checkMultipliers(place, scale, grid);
  const perChannel = roomy.scale.length > 1;
  const weights = builder.tensor({
    name: `${name}${suffix}_kernel`,
    shape: kernel.shape,
    type: "int8",
    smallest: roomy.smallest,
    largest: roomy.largest,
    scale: roomy.scale,
    zeroPoint: new Int32Array(roomy.scale.length),
    ...(perChannel && { axis: kernel.axis }),
    codes: roomy.codes,
  });
  const range = { smallest: -(2 ** 31), largest: 2 ** 31 - 1 };
  const accumulators = {
    ...range,
    type: wide ? ("int64" as const) : ("int32" as const),
    scale,
    zeroPoint: new Int32Array(scale.length),
  };
  const biases = builder.tensor({
    name: `${name}${suffix}_bias`,
    shape: [channels],
    ...accumulators,
    ...(perChannel && { axis: 0 }),
    codes,
  });
  const output = grid
    ? place.value(grid, shape, suffix)
    : {
        name: `${name}${suffix}`,
        shape,
        ...accumulators,
        ...(perChannel && { axis: shape.length - 1 }),
      };
  return { inputs: [input, weights, biases], output };
}

/** The multipliers that runtimes can carry: LiteRT's XNNPACK takes those from 2⁻³² to below 256. */
function checkMultipliers(
  place: Place,
  products: Float32Array,
  grid: TensorGrid | undefined,
): void {
  if (!grid) return;
  for (const product of products) {
    const multiplier = product / grid.scale[0]!;
    if (multiplier >= 2 ** -32 && multiplier < 256) continue;
    throw place.refusal(
      `its multiplier, scale of the products ÷ scale of the output, is ${multiplier} (expected at least 2^-32 and less than 256; calibrate again, so that the output's range fits the layer's)`,
    );
  }
}
