import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits } from "../fixtures/index.js";

const { tf } = q;

describe("q.ptq.best", () => {
  it("keeps the techniques that gain, and says how much each of them gained", async () => {
    const { train } = await digits();
    const few = train.take(200);
    const model = cnn();
    await q.fit(model, few, { epochs: 12, progress: false });
    const calibration = few.take(64);
    const held = tf.memory().numTensors;
    const scheme = q.scheme({ weights: q.int(2, { per: "channel" }) });
    const found = await q.ptq.best(model, scheme, few, { calibration });
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
    expect(kept.at(-1)!.techniques).toEqual(found.techniques);
    expect(q.accuracy(found.model, few)).toBe(found.accuracy);
    expect(found.accuracy).toBeGreaterThan(trials[0]!.accuracy);
    expect(found.table.columns).toEqual([
      "trial",
      "accuracy (%)",
      "gain (points)",
      "bytes",
      "kept",
      "seconds",
    ]);
    expect(found.figure.alt).toMatch(/^W2A32: \d+\.\d % with .*float/);

    const { method, techniques } = trials.find(({ accuracy }) => accuracy === found.accuracy)!;
    const anew = await q.quantize(model, found.scheme, {
      calibration,
      method,
      techniques,
    });
    for (const [i, weight] of anew.getWeights().entries()) {
      expect(found.model.getWeights()[i]!.dataSync()).toEqual(weight.dataSync());
    }
    anew.dispose();
    found.model.dispose();
    expect(tf.memory().numTensors - held).toBeLessThanOrEqual(2);
  }, 90_000);
});
