import * as q from "../../src/index.js";
import { digits as allDigits } from "../fixtures/index.js";

type Model = q.tf.LayersModel;

/** 192 digits to train on. */
export async function digits() {
  const { train, test } = await allDigits();
  return { data: train.take(192), test };
}

/** Six steps; 24 are enough to be compiled. */
export const settings = { epochs: 2, seed: 3, progress: false } as const;
export const compiled = { ...settings, epochs: 8, rewrite: false } as const;

export const fourBits = q.scheme({
  weights: q.int(4, { per: "channel" }),
  activations: q.uint(4),
});

/** The latent kernels. */
export const kernels = (model: Model) =>
  model.weights
    .filter(({ shape, originalName }) => shape.length > 1 && !/min|max/.test(originalName))
    .map((weight) => weight.read().dataSync());

export const zeros = (model: Model) =>
  kernels(model).map((values) => [...values].map((v) => v === 0));
