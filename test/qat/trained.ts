import * as q from "../../src/index.js";

/** A small network, trained for a moment on some digits, and those. */
export async function trained(): Promise<{ model: q.tf.LayersModel; train: q.Dataset }> {
  const train = (await q.datasets.digits()).train.take(320);
  const model = q.models.mlp({ inputShape: [8, 8, 1], units: [12], classes: 10, seed: 1 });
  await q.fit(model, train, { epochs: 5, progress: false });
  return { model, train };
}
