import type * as q from "../../src/index.js";

/** The kernel type-checks cells, so a misspelt name is an error before anything runs. */
export function misspelt(
  model: q.tf.LayersModel,
  scheme: q.Scheme,
  calibration: q.Dataset,
  lib: typeof q,
): unknown[] {
  return [
    // @ts-expect-error no estimator has this name
    lib.prepare(model, scheme, { calibration, estimator: "lqs" }),
    // @ts-expect-error no estimator has this name
    lib.prepare(model, scheme, { calibration, estimator: { weights: "lqs" } }),
    // @ts-expect-error the estimator has another option
    lib.prepare(model, scheme, { calibration, estimator: { name: "dsq", delta: 1 } }),
    // @ts-expect-error no method has this name
    lib.quantize(model, scheme, { calibration, method: "mze" }),
    // @ts-expect-error no technique has this name
    lib.quantize(model, scheme, { calibration, techniques: ["adarond"] }),
    // @ts-expect-error the technique has no such option
    lib.quantize(model, scheme, { calibration, techniques: [{ name: "gptq", iterations: 1 }] }),
    // @ts-expect-error no ramp has this name
    lib.qat.dampening({ strength: 0.1, ramp: "cosinus" }),
    // @ts-expect-error no optimizer has this name
    lib.fit(model, calibration, { epochs: 1, optimizer: "adamw" }),
    // @ts-expect-error no loss has this name
    lib.fit(model, calibration, { epochs: 1, loss: "mse" }),
    // @ts-expect-error no metric has this name
    lib.evaluate(model, calibration, { metrics: "acuracy" }),
    // @ts-expect-error no estimator has this name
    lib.analysis.gradientField({ estimators: ["lqs"] }),
  ];
}

/** Names, names with options, and objects of your own are all taken. */
export function written(
  model: q.tf.LayersModel,
  scheme: q.Scheme,
  calibration: q.Dataset,
  lib: typeof q,
): unknown[] {
  const { estimators } = lib;
  const own: q.estimators.Estimator = { ...estimators.get("ste"), name: "mine" };
  return [
    lib.prepare(model, scheme, { calibration, estimator: "lsq" }),
    lib.prepare(model, scheme, { calibration, estimator: own }),
    lib.prepare(model, scheme, { calibration, estimator: { name: "dsq", alpha: 0.1 } }),
    lib.prepare(model, scheme, { calibration, estimator: { weights: "dorefa", activations: own } }),
    lib.prepare(model, scheme, { calibration, method: { name: "percentile", percentile: 99 } }),
    lib.analysis.gradientField({ estimators: estimators.names() }),
  ];
}
