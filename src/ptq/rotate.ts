import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { copy, rebuild } from "../models/rebuild.js";
import type { Layer } from "../models/topology.js";
import { tf } from "../tensorflow/index.js";
import { type Link, links } from "./channels.js";
import { checkFloat } from "./check.js";
import { blockSize, randomSigns, rotateVector } from "./hadamard.js";
import { duplicate, hasKernel } from "./network.js";
import { Parameters } from "./parameters.js";
import { type ParametersOf, parametersOf } from "./rescale.js";
import { Rotation } from "./rotation.js";

/** Options of {@link rotate}. */
export interface RotateOptions {
  /**
   * Whether all other Conv2D and Dense layers get a {@link Rotation} before them: it spreads activations
   * behind a nonlinearity too, at the price of additions at run time. Default false.
   */
  online?: boolean;
  /** Decides the matrices' signs. Default 0. */
  seed?: number | string;
}

/**
 * Hadamard rotation: multiplies activations x by an orthogonal matrix R, and the weights that read them by
 * Rᵀ. In float the model computes the same numbers, (x·R)·(Rᵀ·W) = x·W; but outliers spread over all channels,
 * so that rounding needs a smaller range. Between two layers with nothing but Dropout or attention's mean of
 * the values, R goes into the first one's weights. Ashkboos et al. 2024, arXiv:2404.00456, section 3;
 * Tseng et al. 2024, arXiv:2402.04396.
 *
 * R is block diagonal, with blocks of the largest power of 2 that divides the number of channels, in attention
 * that of a head.
 *
 * @param model it isn't changed
 * @returns a new float model with batch normalization folded
 * @throws TypeError for a model that is quantized already, or has nothing to rotate; RangeError for weights that
 *   aren't finite
 * @example
 * const rotated = q.ptq.rotate(model, { online: true });
 * rotated.layers.filter((layer) => layer.getClassName() === "Rotation").length; // 2 (the others see one channel at a time)
 * q.accuracy(rotated, test) === q.accuracy(model, test); // true
 */
export function rotate(
  model: tf.LayersModel,
  { online = false, seed = 0 }: RotateOptions = {},
): tf.LayersModel {
  checkFloat(model);
  const folded = foldBatchNorm(model);
  try {
    const { of, writeAll } = parametersOf();
    const rotated = new Set<Layer>();
    for (const link of links(folded).found) {
      const block = linearBlock(link, of);
      if (block === 1) continue;
      const signs = randomSigns(of(link.producer).outputs, `${seed} ${link.producer.name}`);
      rotateOutputs(of(link.producer), signs, block);
      for (const consumer of link.consumers) {
        rotateInputs(of(consumer), signs, block);
        rotated.add(consumer);
      }
    }
    writeAll();
    const inserted = online ? rotateOnline(folded, rotated, seed) : undefined;
    if (inserted) return inserted;
    if (rotated.size > 0) return duplicate(folded);
    throw new TypeError(
      `cannot rotate: no two Dense or Conv2D layers with nothing but Dropout between them${
        online
          ? ", and none with an even number of input channels"
          : " (expected { online: true } for rotations at run time)"
      }`,
    );
  } finally {
    folded.dispose();
  }
}

/** Puts a rotation before each layer that isn't rotated yet; `undefined` when there is none. */
function rotateOnline(
  model: tf.LayersModel,
  done: Set<Layer>,
  seed: number | string,
): tf.LayersModel | undefined {
  const chosen = model.layers.filter(
    (layer) => mixes(layer) && !done.has(layer) && canRotate(layer),
  );
  if (chosen.length === 0) return undefined;
  return rebuild(model, ({ layer, inputs }) => {
    if (inputs.length === 0) return { layers: [] };
    const { layers, fill } = copy(layer);
    if (!chosen.includes(layer)) return { layers, fill };
    const rotation = new Rotation({ name: `${layer.name}_rotation` });
    const rotateAll = () => {
      fill?.();
      const parameters = new Parameters(layers[0]!);
      const signs = randomSigns(parameters.inputs, `${seed} ${layer.name}`);
      rotateInputs(parameters, signs);
      parameters.write();
      tf.tidy(() => rotation.setWeights([tf.tensor1d(signs)]));
    };
    return { layers: [rotation, ...layers], fill: rotateAll };
  });
}

/** The size of a rotation's blocks between the two ends; 1 when something bends there. */
function linearBlock({ producer, consumers, between }: Link, of: ParametersOf): number {
  const { activation } = producer.getConfig();
  const straight = activation === undefined || activation === "linear";
  if (!straight || ![producer, ...consumers].every(mixes)) return 1;
  let block = blockSize(of(producer).outputs);
  for (const { layer, inputs } of between) {
    const type = layer.getClassName();
    if (type === "AttentionOutput") {
      // Each head has its own features: [batch, heads, steps, others] attend to them.
      const heads = (inputs[0]!.layer.outputShape as tf.Shape)[1]!;
      block = Math.min(block, blockSize(of(producer).outputs / heads));
    } else if (type !== "Dropout" && layer.getConfig().activation !== "linear") return 1;
  }
  return block;
}

function mixes(layer: Layer): boolean {
  return hasKernel(layer) && layer.getClassName() !== "DepthwiseConv2D";
}

function canRotate(layer: Layer): boolean {
  return blockSize(layer.getWeights()[0]!.shape.at(-2)!) > 1;
}

/** W·R and b·R: each row of the kernel, outputs last, is rotated. */
function rotateOutputs(
  { kernel, bias, outputs }: Parameters,
  signs: Float32Array,
  block: number,
): void {
  for (let start = 0; start < kernel.length; start += outputs) {
    rotateVector(kernel.subarray(start, start + outputs), signs, block);
  }
  if (bias) rotateVector(bias, signs, block);
}

/** Rᵀ·W: each column of the kernel, at each place of its window. */
function rotateInputs(
  { kernel, inputs, outputs }: Parameters,
  signs: Float32Array,
  block = blockSize(inputs),
): void {
  const column = new Float64Array(inputs);
  for (let place = 0; place < kernel.length; place += inputs * outputs) {
    for (let output = 0; output < outputs; output++) {
      const at = (i: number) => place + i * outputs + output;
      for (let i = 0; i < inputs; i++) column[i] = kernel[at(i)]!;
      rotateVector(column, signs, block);
      for (let i = 0; i < inputs; i++) kernel[at(i)] = column[i]!;
    }
  }
}
