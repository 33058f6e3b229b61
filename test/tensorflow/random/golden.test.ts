import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { nativeDraws } from "../../../src/tensorflow/random/standard.js";
import { isNative } from "../../../src/tensorflow/tf.js";
import golden from "../../golden/random_draws.json" with { type: "json" };

const { tf } = q;

function digest(tensor: q.tf.Tensor): string {
  const { buffer, byteOffset, byteLength } = tensor.dataSync();
  return createHash("sha256")
    .update(Buffer.from(buffer, byteOffset, byteLength))
    .digest("hex");
}

const name = `native draws are those of Python's TensorFlow ${golden.versions.tensorflow}`;
describe.skipIf(!isNative).each(golden.cases)(
  `${name}: shape $shape, key $key, step $step`,
  (one) => {
    const draw = (kind: "uniform" | "normal") =>
      nativeDraws[kind](one.shape, { key: one.key, step: tf.scalar(one.step, "int32") });

    it("uniform, bit for bit", () => {
      tf.tidy(() => {
        const drawn = draw("uniform");
        expect(drawn.shape).toEqual(one.shape);
        expect(drawn.dtype).toBe("float32");
        expect(digest(drawn)).toBe(one.uniform);
      });
    });

    it("normal, to 6 digits", () => {
      tf.tidy(() => {
        const drawn = draw("normal").dataSync();
        one.normal.at.forEach((at, i) => {
          const expected = one.normal.values[i]!;
          expect(Math.abs(drawn[at]! - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected));
        });
      });
    });

    // Logarithm and cosine are the same to the last bit where the compiled code is the same.
    const { tensorflow } = q.environment();
    const same = tensorflow === golden.versions.tensorflow && process.arch === "x64";
    it.runIf(same)("normal, bit for bit with the same TensorFlow on the same architecture", () => {
      tf.tidy(() => {
        expect(digest(draw("normal"))).toBe(one.normalBits);
      });
    });
  },
);
