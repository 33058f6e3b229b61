import { permutation } from "../../datasets/index.js";
import { compile, tf } from "../../tensorflow/index.js";
import type { Turns } from "../../train/index.js";
import { channelsOf, channelTensor, kernelGrid } from "../network/kernelGrid.js";
import type { QuantizedWeight } from "../network/network.js";
import { sharpness, softBits, startingPoint, undecided } from "./softRounding.js";

/** A layer's rounding while it is learned. */
export interface RoundingState {
  /** The layer's name. */
  layer: string;
  /** The number of steps taken: from 0, before the first step, to `steps`. */
  step: number;
  /** The number of steps in all. */
  steps: number;
  /** Mean squared error of the layer's outputs, summed over channels; without the regularizer. */
  error: number;
  /** β, the regularizer's exponent. */
  beta: number;
  /** h of each weight, from 0 (down) to 1 (up), in the kernel's order. */
  softBits: Float32Array;
}

/** The data that a layer is reconstructed from. */
export interface Reconstruction {
  weight: QuantizedWeight;
  /** The float kernel. */
  kernel: tf.Tensor;
  /** The bias that is added to the kernel's outputs; 0 if the layer has none. */
  bias: tf.Tensor;
  /** The inputs that the kernel multiplies in the quantized model, for all examples. */
  inputs: tf.Tensor;
  /** The outputs that the layer is to compute: the float model's, after the nonlinearity. */
  targets: tf.Tensor;
  nonlinearity: (x: tf.Tensor) => tf.Tensor;
}

/** The options of the optimization, checked. */
export interface RoundingOptions {
  iterations: number;
  batchSize: number;
  learningRate: number;
  regularization: number;
  warmStart: number;
  seed: number | string;
  every: number;
  watch: ((state: RoundingState) => void | Promise<void>) | undefined;
}

/**
 * @internal
 * Learns for each weight of a layer whether the weight is rounded down or up, so that the layer's outputs stay
 * as they were. Nagel et al. 2020, arXiv:2004.10568, equations 21 to 25.
 *
 * @returns the codes, in the kernel's order
 */
export async function reconstruct(
  { weight: quantized, kernel, bias, inputs, targets, nonlinearity }: Reconstruction,
  options: RoundingOptions,
  turns: Turns,
): Promise<Int32Array> {
  const { iterations, batchSize, learningRate, regularization, warmStart, seed } = options;
  const { layer, weight } = quantized;
  const grid = kernelGrid(quantized);
  const channels = grid.scale.length;
  const channelOf = channelsOf(quantized);
  // A channel whose range has no width has the only value 0.
  const steps = Float32Array.from(kernel.dataSync(), (w, i) => w / grid.scale[channelOf[i]!]! || 0);
  const down = steps.map((value, i) => Math.floor(value) + grid.zeroPoint[channelOf[i]!]!);

  const held: tf.Tensor[] = [];
  const keep = <T extends tf.Tensor>(make: () => T) => {
    const tensor = tf.tidy(make);
    held.push(tensor);
    return tensor;
  };
  const base = keep(() => tf.tensor(down, kernel.shape));
  const scale = keep(() => channelTensor(quantized, grid.scale));
  const zeroPoint = keep(() => channelTensor(quantized, grid.zeroPoint).toFloat());
  const starts = steps.map((value) => startingPoint(value - Math.floor(value)));
  const v = tf.tidy(() => tf.variable(tf.tensor(starts, kernel.shape)));
  const optimizer = tf.train.adam(learningRate);

  const error = (x: tf.Tensor, y: tf.Tensor, h: tf.Tensor) => {
    const codes = base.add(h).clipByValue(grid.smallest, grid.largest);
    const soft = codes.sub(zeroPoint).mul(scale);
    const output = nonlinearity(weight.linear(layer.inner, x, soft).add(bias));
    return output.sub(y).square().mean().mul(channels) as tf.Scalar;
  };
  const learn = compile(
    (xs: tf.Tensor, ys: tf.Tensor, rows: tf.Tensor, beta: tf.Tensor, strength: tf.Tensor) => {
      const [x, y] = [tf.gather(xs, rows as tf.Tensor1D), tf.gather(ys, rows as tf.Tensor1D)];
      const cost = () => {
        const h = softBits(v);
        return error(x, y, h).add(undecided(h, beta as tf.Scalar).mul(strength)) as tf.Scalar;
      };
      return optimizer.minimize(cost, true, [v])!;
    },
  );

  const warm = warmStart * iterations;
  const betaAt = (step: number) => sharpness(Math.max(0, (step - warm) / (iterations - warm)));
  async function report(step: number): Promise<void> {
    const [bits, loss] = tf.tidy(() => {
      const h = softBits(v);
      return [h.dataSync() as Float32Array, error(inputs, targets, h).dataSync()[0]!] as const;
    });
    const state = { layer: layer.name, step, steps: iterations, error: loss, beta: betaAt(step) };
    await options.watch?.({ ...state, softBits: bits });
  }
  try {
    const size = inputs.shape[0];
    const count = Math.min(batchSize, size);
    const batches = Math.floor(size / count);
    let order = permutation(size, `${seed}`);
    for (let step = 0; step < iterations; step++) {
      if (options.watch && step % options.every === 0) await report(step);
      const batch = step % batches;
      if (batch === 0 && step > 0) order = permutation(size, `${seed} ${step}`);
      tf.tidy(() => {
        const rows = tf.tensor1d(order.slice(batch * count, (batch + 1) * count), "int32");
        const strength = tf.scalar(step < warm ? 0 : regularization);
        learn(inputs, targets, rows, tf.scalar(betaAt(step)), strength);
      });
      await turns.next();
    }
    if (options.watch) await report(iterations);
    const up = tf.tidy(() => softBits(v).dataSync());
    return Int32Array.from(down, (code, i) =>
      Math.min(grid.largest, Math.max(grid.smallest, code + (up[i]! >= 0.5 ? 1 : 0))),
    );
  } finally {
    learn.dispose();
    optimizer.dispose();
    v.dispose();
    tf.dispose(held);
  }
}
