import { inspect } from "node:util";
import { afterAll, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.QATLAB_BACKEND = "cpu";
  console.warn = () => {};
});

import * as q from "../../src/index.js";

afterAll(() => {
  delete process.env.QATLAB_BACKEND;
});

describe("profile(step) without native TensorFlow", () => {
  it("times the step as it is, says why there is no more, and puts variables back", async () => {
    const w = q.tf.variable(q.tf.scalar(1));
    const sgd = q.tf.train.sgd(0.1);
    const step = () => sgd.minimize(() => w.square(), true, [w])!;
    const { numTensors } = q.tf.memory();
    const profile = await q.profile(step, [], { calls: 3 });
    expect(q.tf.memory().numTensors).toBe(numTensors);
    expect(w.dataSync()[0]).toBe(1);
    expect(profile.eager.javascript).toBe(profile.eager.total);
    expect(profile.eager.native.count).toBe(0);
    expect(profile.speedup).toBeUndefined();
    const why = 'the backend "cpu" has no native ops (QATLAB_BACKEND is cpu)';
    expect(inspect(profile)).toContain(`Not compiled: ${why}`);
    expect(() => profile.ops).toThrow(`there are no ops to list: ${why}`);
  });
});
