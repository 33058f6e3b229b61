import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;

describe("q.ptq.best", () => {
  it("keeps what gains, and says what each step brought", async () => {
    const { train } = await q.datasets.digits();
    const few = train.take(200);
    const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 1 });
    await q.fit(model, few, { epochs: 12, progress: false });
    const calibration = few.take(64);
    const held = tf.memory().numTensors;
    const found = await q.ptq.best(model, {
      scheme: q.scheme({ weights: q.int(2, { per: "channel" }) }),
      calibration,
      validation: few,
    });
    const { trials } = found;
    expect(trials.map(({ stage }) => stage)).toEqual([
      "nearest, mse",
      "nearest, minmax",
      "+ equalize",
      "+ gptq",
      "+ adaround",
      "+ biasCorrection",
    ]);
    const kept = trials.filter(({ kept }) => kept);
    expect(found.accuracy).toBe(Math.max(...trials.map(({ accuracy }) => accuracy)));
    expect(kept.at(-1)!.steps).toEqual(found.steps);
    expect(q.accuracy(found.model, few)).toBe(found.accuracy);
    expect(found.accuracy).toBeGreaterThan(trials[0]!.accuracy);
    expect(found.table.columns).toEqual([
      "trial",
      "accuracy (%)",
      "gain (points)",
      "kept",
      "seconds",
    ]);
    expect(found.figure.alt).toMatch(/^W2A32: \d+\.\d % with .*float/);

    const { method, steps } = trials.find(({ accuracy }) => accuracy === found.accuracy)!;
    const anew = await q.quantize(model, found.scheme, {
      calibration,
      method,
      steps,
    });
    for (const [i, weight] of anew.getWeights().entries()) {
      expect(found.model.getWeights()[i]!.dataSync()).toEqual(weight.dataSync());
    }
    anew.dispose();
    found.model.dispose();
    expect(tf.memory().numTensors - held).toBeLessThanOrEqual(2);
  }, 90_000);
});
