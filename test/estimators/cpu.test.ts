import { expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.QATLAB_BACKEND = "cpu";
  console.warn = () => {};
});

import { tf } from "../../src/tensorflow/index.js";
// The same tests once more, without native TensorFlow.
import "./formulas.test.js";
import "./quantizeGradient.test.js";

it("without native TensorFlow, all of it is computed by the cpu backend", () => {
  expect(tf.getBackend()).toBe("cpu");
  delete process.env.QATLAB_BACKEND;
});
