import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fakeQuantComposed } from "../../src/tensorflow/fakeQuant/composed.js";
import { fakeQuantNative } from "../../src/tensorflow/fakeQuant/native.js";
import { fakeQuant } from "../../src/tensorflow/index.js";
import { isNative, tf } from "../../src/tensorflow/tf.js";
import { generator } from "../fixtures/generator.js";
import golden from "../golden/fake_quant.json" with { type: "json" };

const { rows, channels, versions } = golden;

function inputs({ per, seed }: { per: string; seed: number }) {
  const random = generator(seed);
  const draw = (count: number, low: number, high: number) =>
    Float32Array.from({ length: count }, () => low + random() * (high - low));
  const x = tf.tensor2d(draw(rows * channels, -4, 4), [rows, channels]);
  const dy = tf.tensor2d(draw(rows * channels, -1, 1), [rows, channels]);
  const shape = per === "channel" ? [channels] : [];
  const count = per === "channel" ? channels : 1;
  const min = tf.tensor(draw(count, -3, 0), shape);
  const max = tf.tensor(draw(count, 0, 3), shape);
  return { x, dy, min, max };
}

function digest(tensor: tf.Tensor): string {
  const values = Float32Array.from(tensor.dataSync(), (value) => value + 0);
  return createHash("sha256").update(Buffer.from(values.buffer)).digest("hex");
}

const implementations = { native: fakeQuantNative, composed: fakeQuantComposed };

describe(`FakeQuant equals Python's TensorFlow ${versions.tensorflow}`, () => {
  for (const [name, ops] of Object.entries(implementations)) {
    it.skipIf(name === "native" && !isNative).each(golden.cases)(
      `${name}: $bits bits per $per, narrow range $narrowRange`,
      (expected) => {
        tf.tidy(() => {
          const { x, dy, min, max } = inputs(expected);
          const y = ops.forward(x, min, max, expected);
          expect(Array.from(y.dataSync().slice(0, 3))).toEqual(expected.first);
          expect(digest(y)).toBe(expected.forward);
          const [dx, dmin, dmax] = ops.backward(dy, x, min, max, expected);
          expect(digest(dx!)).toBe(expected.gradient);
          // Sums depend on their order: within 1e-6 of the sum of the terms' sizes.
          const tolerance = 1e-6 * dy.abs().sum().dataSync()[0]!;
          const sums = [dmin!, dmax!].map((tensor) => Array.from(tensor.dataSync()));
          [expected.minGradient, expected.maxGradient].forEach((list, end) => {
            list.forEach((value, i) => {
              expect(Math.abs(sums[end]![i]! - value)).toBeLessThan(tolerance);
            });
          });
        });
      },
    );
  }

  it("is what automatic differentiation returns for x, min and max", () => {
    tf.tidy(() => {
      const expected = golden.cases[6]!;
      const { x, dy, min, max } = inputs(expected);
      const gradients = tf.grads((x, min, max) => fakeQuant(x!, min!, max!, expected))(
        [x, min, max],
        dy,
      );
      expect(digest(gradients[0]!)).toBe(expected.gradient);
      expect(gradients[1]!.dataSync()[0]).toBeCloseTo(expected.minGradient[0]!, 4);
      expect(gradients[2]!.dataSync()[0]).toBeCloseTo(expected.maxGradient[0]!, 4);
    });
  });
});
