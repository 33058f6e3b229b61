import { beforeAll, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits, whole } from "../fixtures/index.js";

// The peer: a network of the same kind (986 parameters) on the same digits, trained and quantized in
// PyTorch on two threads; test accuracies in percent, means over five seeds.
const peer: { weights: number; activations: number; clippedSte: number; lsq: number }[] = [
  { weights: 4, activations: 4, clippedSte: 97.1, lsq: 97.1 },
  { weights: 3, activations: 3, clippedSte: 95.3, lsq: 96.3 },
  { weights: 2, activations: 4, clippedSte: 90.9, lsq: 91.6 },
  { weights: 2, activations: 2, clippedSte: 83.5, lsq: 82.1 },
];
const seeds = [1, 2, 3, 4, 5];
let train: q.Dataset;
let test: q.Dataset;
const models: q.tf.LayersModel[] = [];

beforeAll(async () => {
  ({ train, test } = await digits());
  for (const seed of seeds) {
    const model = cnn({ seed });
    await q.fit(model, train, { epochs: 40, seed, progress: false });
    models.push(model);
  }
});

/** The accuracies of each seed's network after quantization and after training, in percent. */
async function accuracies(scheme: q.Scheme, estimator: "clippedSte" | "lsq") {
  const results: { ptq: number; qat: number }[] = [];
  for (const [i, seed] of seeds.entries()) {
    const qat = await q.prepare(models[i]!, scheme, { calibration: train.take(256), estimator });
    const ptq = 100 * q.accuracy(qat, test);
    await q.fit(qat, train, { epochs: 15, learningRate: 0.02, seed, progress: false });
    results.push({ ptq, qat: 100 * q.accuracy(qat, test) });
    qat.dispose();
  }
  return results;
}

// The sample is W3A3 and W2A2, which break the most, each with one estimator.
const schemes = whole ? peer : peer.filter(({ weights: w, activations: a }) => w === a && w < 4);
const estimators = (weights: number) =>
  whole ? (["clippedSte", "lsq"] as const) : ([weights === 3 ? "clippedSte" : "lsq"] as const);

for (const { weights, activations, ...reached } of schemes) {
  const scheme = q.scheme({
    weights: q.int(weights, { per: "channel" }),
    activations: q.uint(activations),
  });
  it.each(estimators(weights))(
    `training at ${scheme} brings back as much as PyTorch's does, by %s`,
    async (estimator) => {
      const results = await accuracies(scheme, estimator);
      const { mean, standardError } = q.interval(results.map(({ qat }) => qat));
      // Two standard errors of the difference: the peer's five runs vary as ours do.
      expect(mean + 2 * Math.SQRT2 * standardError).toBeGreaterThanOrEqual(reached[estimator]);
      if (weights < 4) {
        // Each network by itself: in an interval over five, one that gains much more than the others hides them all.
        for (const { ptq, qat } of results) expect(qat - ptq).toBeGreaterThan(2);
      }
    },
  );
}
