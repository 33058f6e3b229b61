import type * as q from "../../src/index.js";

/** An option that a function doesn't have is an error of the compiler too. */
export function misspelt(lib: typeof q, model: q.tf.LayersModel): unknown[] {
  return [
    // @ts-expect-error q.kMeans has no such option
    lib.kMeans([0, 1], 1, { iteration: 3 }),
    // @ts-expect-error a number of units isn't a list
    lib.models.mlp({ inputShape: [4], classes: 2, units: 8 }),
    // @ts-expect-error uint has no symmetric codes
    lib.uint(8, { symmetric: true }),
    // @ts-expect-error examples alone have no classes
    lib.analysis.hessianTrace(model, { xs: lib.tf.zeros([1, 2]) }),
  ];
}

/** Options have names, and tensors are data wherever a data set is. */
export function named(lib: typeof q, model: q.tf.LayersModel, data: q.TrainingData): unknown[] {
  const mlp: q.models.MlpOptions = { inputShape: [4], classes: 2, units: [8] };
  const digits: q.datasets.DigitsOptions = { testShare: 0.2 };
  const gaussian: q.datasets.synthetic.GaussianOptions = { stdDev: 2, seed: 1 };
  const kMeans: q.KMeansOptions = { iterations: 3 };
  const interval: q.IntervalOptions = { confidence: 0.9 };
  return [
    lib.models.mlp(mlp),
    lib.datasets.digits(digits),
    lib.datasets.synthetic.gaussian(8, gaussian),
    lib.kMeans([0, 1], 1, kMeans),
    lib.interval([1, 2], interval),
    lib.analysis.hessianTrace(model, data),
    lib.compression.distillation(model, data),
  ];
}
