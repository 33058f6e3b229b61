import type { tf } from "../../../tensorflow/index.js";
import type { Place } from "../context.js";

interface Normalization {
  gamma?: tf.LayerVariable | null;
  beta?: tf.LayerVariable | null;
  epsilon: number;
}

/**
 * Layer normalization over the last axis, in the integers of I-BERT (Kim et al. 2021, arXiv:2101.01321, section 3.6).
 * γ has 8 bits and one scale; β has 32. Only the engine computes it.
 */
export function layerNormalization(place: Place): number {
  const { shape, builder, name } = place;
  const { axis = -1 } = place.config as { axis?: number | number[] };
  const axes = [axis].flat();
  if (axes.length !== 1 || (axes[0] !== -1 && axes[0] !== shape.length - 1)) {
    throw place.refusal(`it normalizes the axes ${axes.join(", ")} (expected the last axis)`);
  }
  const { gamma, beta, epsilon } = place.inner as unknown as Normalization;
  const size = shape.at(-1)!;
  const factors = (gamma?.read().dataSync() as Float32Array) ?? new Float32Array(size).fill(1);
  const shifts = (beta?.read().dataSync() as Float32Array) ?? new Float32Array(size);
  const scale = Math.fround(factors.reduce((max, v) => Math.max(max, Math.abs(v)), 0) / 127) || 1;
  const gammas = builder.tensor({
    name: `${name}_gamma`,
    shape: [size],
    type: "int8",
    ...{ smallest: -128, largest: 127, scale: Float32Array.of(scale), zeroPoint: Int32Array.of(0) },
    codes: Int8Array.from(factors, (value) => Math.round(value / scale)),
  });
  const betas = builder.tensor({
    name: `${name}_beta`,
    shape: [size],
    type: "int32",
    ...{ smallest: -(2 ** 31), largest: 2 ** 31 - 1 },
    ...{ scale: Float32Array.of(scale / 4096), zeroPoint: Int32Array.of(0) },
    codes: Int32Array.from(shifts, (value) => Math.round((value / scale) * 4096)),
  });
  const { grid } = place.targetGrid();
  return builder.op(
    { type: "layerNorm", layer: name, inputs: [place.inputs[0]!, gammas, betas], epsilon },
    place.value(grid),
  );
}
