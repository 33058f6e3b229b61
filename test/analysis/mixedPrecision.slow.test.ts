import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits } from "../fixtures/index.js";

it("over all 256 assignments of 2, 3, 4 and 8 bits the sum over single layers orders the losses", async () => {
  const { train, test } = await digits();
  const model = cnn();
  await q.fit(model, train, { epochs: 30, seed: 1, progress: false });
  const scheme = q.scheme({ weights: q.int(8, { per: "channel" }) });
  const bits = [2, 3, 4, 8];
  const calibration = train.take(256);
  const sensitivity = await q.analysis.sensitivity(model, scheme, train, { calibration, bits });
  const cloud = await q.analysis.assignments(model, scheme, test, { sensitivity, calibration });
  expect(cloud.rows).toHaveLength(256);
  // 0.96 in an experiment with PyTorch on the same data and network.
  expect(cloud.rankCorrelation).toBeGreaterThan(0.9);

  // And so does the curvature, without a single quantized run: 0.87 in that experiment.
  const hessian = await q.analysis.hessianTrace(model, train.take(512), { samples: 16 });
  const scores = await hessian.scores(scheme, { bits });
  const sums = cloud.rows.map((row) =>
    Object.entries(scores).reduce((sum, [layer, own]) => sum + own[Number(row[layer])]!, 0),
  );
  const measured = cloud.rows.map((row) => row.loss);
  expect(q.analysis.rankCorrelation(sums, measured)).toBeGreaterThan(0.8);

  // The assignment that is chosen from single layers is near the best of all assignments that cost as little.
  const budget = { bytes: 480 };
  const mixed = q.analysis.mixedPrecision(model, scheme, { budget, sensitivity });
  const losses = cloud.rows
    .filter(({ bytes }) => bytes <= budget.bytes)
    .map(({ loss }) => loss)
    .sort((a, b) => a - b);
  const { loss } = cloud.rows.find((row) =>
    Object.entries(mixed.bits).every(([layer, width]) => row[layer] === width),
  )!;
  expect(losses.indexOf(loss)).toBeLessThan(losses.length / 10);
});
