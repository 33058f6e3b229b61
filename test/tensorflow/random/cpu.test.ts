import { afterAll, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.QATLAB_BACKEND = "cpu";
  console.warn = () => undefined;
});

import * as q from "../../../src/index.js";
import { withDraws } from "../../../src/tensorflow/random/draws.js";
import { withStatelessLayers } from "../../../src/tensorflow/random/layers.js";

const { tf } = q;

afterAll(() => {
  delete process.env.QATLAB_BACKEND;
});

it("the layers' default names go on counting when the classes are first patched", () => {
  const number = () => Number(tf.layers.alphaDropout({ rate: 0.5 }).name.split("AlphaDropout")[1]);
  const first = number();
  withStatelessLayers(() => undefined);
  expect(number()).toBe(first + 1);
});

describe("without native TensorFlow", () => {
  it("a step's draws are the same each time, and others in another step", () => {
    const layer = tf.layers.dropout({ rate: 0.5 });
    const inStep = (step: number) =>
      tf.tidy(() =>
        withStatelessLayers(() =>
          withDraws({ seed: 1, step: tf.scalar(step, "int32") }, () => {
            const mask = layer.apply(tf.ones([20]), { training: true }) as q.tf.Tensor;
            return [mask, q.random.uniform([20]), q.random.normal([20], { seed: 7 })].map(
              (tensor) => Array.from(tensor.dataSync()),
            );
          }),
        ),
      );
    expect(q.environment().backend).toBe("cpu");
    const [first, second, again] = [inStep(1), inStep(2), inStep(1)];
    expect(again).toEqual(first);
    second.forEach((draws, i) => {
      expect(draws).not.toEqual(first[i]);
    });
    expect(new Set(first[0])).toEqual(new Set([0, 2]));
  });

  it("draws have their shape and leave no tensor behind", () => {
    const { numTensors } = tf.memory();
    const draws = [q.random.uniform([2, 3]), q.random.normal([]), q.random.bernoulli([4], 0.5)];
    expect(draws.map(({ shape }) => shape)).toEqual([[2, 3], [], [4]]);
    tf.dispose(draws);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
