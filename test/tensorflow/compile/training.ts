import * as q from "../../../src/index.js";
import type { Subject } from "./agreement.js";
import { apply, type Net } from "./nets.js";
import { numbers } from "./numbers.js";

const { tf } = q;
type Tensor = q.tf.Tensor;

export type Loss = (labels: Tensor, outputs: Tensor) => Tensor;

/** The model of a net. */
export function modelOf({ shape, layers: makeLayers }: Net): q.tf.LayersModel {
  const input = tf.input({ shape });
  const made = makeLayers();
  let output = typeof made === "function" ? made(input) : input;
  if (Array.isArray(made)) for (const layer of made) output = apply(layer, output);
  if (output.shape.length > 2) output = apply(tf.layers.flatten(), output);
  return tf.model({ inputs: input, outputs: apply(tf.layers.dense({ units: 3 }), output) });
}

/** Inputs and targets of a step; each has others. */
export function batchOf({ shape, words }: Net, step: number, size = 4): Tensor[] {
  const x = numbers([size, ...shape], 2 * step + 1);
  const y = numbers([size, 3], 2 * step + 2, 0, 1);
  if (!words) return [x, y];
  return tf.tidy(() => [
    x
      .add(1)
      .mul(words / 2)
      .floor()
      .clipByValue(0, words - 1),
    y,
  ]);
}

export const meanSquared: Loss = (labels, outputs) => tf.losses.meanSquaredError(labels, outputs);

/** Each loss of tfjs's. */
export const losses: Record<string, Loss> = {
  "mean squared error": meanSquared,
  "softmax cross-entropy": (labels, outputs) =>
    tf.losses.softmaxCrossEntropy(labels.div(labels.sum(1, true)), outputs),
  "sigmoid cross-entropy": (labels, outputs) => tf.losses.sigmoidCrossEntropy(labels, outputs),
  Huber: (labels, outputs) => tf.losses.huberLoss(labels, outputs, undefined, 0.2),
  "absolute difference": (labels, outputs) => tf.losses.absoluteDifference(labels, outputs),
  "cosine distance": (labels, outputs) => tf.losses.cosineDistance(labels, outputs, 1),
  hinge: (labels, outputs) => tf.losses.hingeLoss(labels.round(), outputs),
  "logarithmic loss": (labels, outputs) => tf.losses.logLoss(labels, outputs.sigmoid()),
  "layers' categorical cross-entropy": (labels, outputs) =>
    tf.metrics.categoricalCrossentropy(labels, outputs.softmax()).mean(),
};

/** Each optimizer of tfjs's. */
export const optimizers: Record<string, () => q.tf.Optimizer> = {
  SGD: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9),
  "Nesterov momentum": () => tf.train.momentum(0.02, 0.9, true),
  Adam: () => tf.train.adam(0.01),
  Adamax: () => tf.train.adamax(0.01),
  RMSProp: () => tf.train.rmsprop(0.005),
  "RMSProp with momentum": () => tf.train.rmsprop(0.005, 0.9, 0.5),
  "centered RMSProp": () => tf.train.rmsprop(0.002, 0.9, 0.5, 0, true),
  Adagrad: () => tf.train.adagrad(0.05),
  Adadelta: () => tf.train.adadelta(0.5),
};

export interface SubjectOptions {
  optimizer?: () => q.tf.Optimizer;
  loss?: Loss;
  /** Gradients are clipped to this global norm. */
  clipNorm?: number;
  /** Another learning rate for a step. */
  rate?: (step: number) => number;
  /** How many samples a step has. */
  size?: number;
}

/** A step of training of a net; layers in training mode, constraints applied after it. */
export function training(net: Net, { size, ...options }: SubjectOptions = {}): Subject {
  return {
    ...trainingOf(modelOf(net), options),
    batch: (step) => batchOf(net, step, size),
  };
}

/** A step of training of a model. */
export function trainingOf(
  model: q.tf.LayersModel,
  {
    optimizer: makeOptimizer = optimizers.Adam!,
    loss = meanSquared,
    clipNorm,
    rate,
  }: SubjectOptions = {},
): Omit<Subject, "batch"> {
  const optimizer = makeOptimizer();
  const variables = model.trainableWeights.map((weight) => weight.read() as q.tf.Variable);
  const constrained = model.weights.filter((weight) => (weight as any).constraint);
  const step = (x: Tensor, y: Tensor): Tensor => {
    const cost = () => {
      const outputs = model.apply(x, { training: true }) as Tensor;
      return [loss(y, outputs), ...model.calculateLosses()].reduce((a, b) => a.add(b)).asScalar();
    };
    let value: Tensor;
    if (clipNorm === undefined) value = optimizer.minimize(cost, true, variables)!;
    else {
      const { value: loss, grads } = tf.variableGrads(cost, variables);
      const norm = tf.sqrt(
        tf.addN(Object.values(grads).map((gradient) => gradient.square().sum())),
      );
      const factor = tf.minimum(1, tf.div(clipNorm, norm));
      optimizer.applyGradients(
        variables.map(({ name }) => ({
          name,
          tensor: grads[name]!.mul(factor).clipByValue(-1, 1),
        })),
      );
      value = loss;
    }
    for (const weight of constrained) weight.write(weight.read().clone());
    return value;
  };
  const set = (rate: number) => {
    (optimizer as any).learningRate = rate;
    if ((optimizer as any).setLearningRate) (optimizer as any).setLearningRate(rate);
  };
  return { step: step as Subject["step"], before: rate && ((step) => set(rate(step))) };
}
