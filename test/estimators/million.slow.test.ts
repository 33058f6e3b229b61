import { describe, expect, it } from "vitest";
import { applyEstimator } from "../../src/estimators/apply.js";
import { get as estimatorNamed } from "../../src/estimators/registry.js";
import * as q from "../../src/index.js";
import { fakeQuantComposed } from "../../src/tensorflow/fakeQuant/composed.js";
import { fakeQuantNative } from "../../src/tensorflow/fakeQuant/native.js";
import { fakeQuantGradient } from "../../src/tensorflow/index.js";
import { isNative } from "../../src/tensorflow/tf.js";
import { generator } from "../fixtures/generator.js";
import golden from "../golden/gradients.json" with { type: "json" };
import { digest } from "../quantizers/digest.js";

const { tf } = q;
const { count, channels, seed, versions } = golden;
const draws = (seed: number) => Float64Array.from({ length: count }, generator(seed));
const drawn = draws(seed);
const dy = Float32Array.from(draws(seed + 1), (u) => u * 2 - 1);

/** As test/peers/gradients.py makes them. */
function values(lows: ArrayLike<number>, highs: ArrayLike<number>, steps: number): Float32Array {
  const columns = lows.length;
  return new Float32Array(count).map((_, i) => {
    const u = drawn[i]!;
    const low = Math.fround(lows[i % columns]!);
    const high = Math.fround(highs[i % columns]!);
    const step = (high - low) / steps;
    return Math.floor(i / columns) % 2 === 0
      ? low - step + Math.floor(u * (steps + 3)) * step - step / 2
      : low + (u * 1.4 - 0.2) * (high - low);
  });
}

const matrix = (list: Float32Array, columns: number) =>
  tf.tensor2d(list, [count / columns, columns]);
const ends = (list: number[] | Float32Array) =>
  list.length > 1 ? tf.tensor1d(list) : tf.scalar(list[0]!);

/** Sums in float64, a column each, and those of their terms' sizes. */
function sums(columns: number, term: (i: number, column: number) => number) {
  const [sum, size] = [new Float64Array(columns), new Float64Array(columns)];
  for (let i = 0; i < count; i++) {
    const value = term(i, i % columns);
    sum[i % columns]! += value;
    size[i % columns]! += Math.abs(value);
  }
  return { sum, size };
}

/** The largest distance of sums, in units of the sums of sizes. */
function distance(found: ArrayLike<number>, { sum, size }: ReturnType<typeof sums>): number {
  expect(found.length).toBe(sum.length);
  return Math.max(...sum.map((sum, i) => Math.abs(found[i]! - sum) / Math.max(size[i]!, 1e-30)));
}

describe(`gradients of a million values equal Python's TensorFlow ${versions.tensorflow}`, () => {
  it.each(golden.tensorflow)("$bits bits per $per, narrow range $narrowRange", (expected) => {
    const { bits, narrowRange, per } = expected;
    const columns = per === "channel" ? channels : 1;
    const lows = Float32Array.from({ length: columns }, (_, c) => -(c + 1) * (0.3 + 0.1 * bits));
    const highs = Float32Array.from({ length: columns }, (_, c) => (c + 1) * (0.7 + 0.01 * bits));
    const list = values(lows, highs, 2 ** bits - 1);
    const format = q.uint(bits, { narrowRange });
    const grid = q.affine(format, { min: lows, max: highs });
    const below = sums(columns, (i, c) => (list[i]! < grid.min[c]! ? dy[i]! : 0));
    const above = sums(columns, (i, c) => (list[i]! > grid.max[c]! ? dy[i]! : 0));
    tf.tidy(() => {
      const inputs = [matrix(dy, columns), matrix(list, columns), ends(lows), ends(highs)] as const;
      // `fakeQuantGradient` goes in blocks where there are channels.
      const backwards = [fakeQuantComposed.backward, fakeQuantGradient];
      if (isNative) backwards.push(fakeQuantNative.backward);
      for (const backward of backwards) {
        const [dx, min, max] = backward(...inputs, { bits, narrowRange });
        expect(digest(dx!.dataSync())).toBe(expected.dx);
        expect(distance(min!.dataSync(), below)).toBeLessThan(1e-6);
        expect(distance(max!.dataSync(), above)).toBeLessThan(1e-6);
      }
      const [, x, min, max] = inputs;
      const context = { format, role: "weights" as const, training: true };
      const [dx] = tf.grads((x: q.tf.Tensor) =>
        applyEstimator(estimatorNamed("clippedSte"), x, { min, max }, context),
      )([x], inputs[0]);
      expect(digest(dx!.dataSync())).toBe(expected.dx);
    });
  });
});

describe(`gradients of a million values equal PyTorch's ${versions.torch}`, () => {
  it.each(golden.pytorch)("$kind with $bits bits per $per", (expected) => {
    const { bits, kind, per, fixed, learned } = expected;
    const columns = expected.scale.length;
    const options = { per: per as "tensor", rounding: "halfEven" as const };
    const format = kind === "int" ? q.int(bits, options) : q.uint(bits, options);
    const { smallest, largest } = format;
    const scale = Float32Array.from(expected.scale);
    const zero = expected.zeroPoint.map((z) => Math.min(largest, Math.max(smallest, even(z))));
    const end = (code: number) => zero.map((z, c) => Math.fround((code - z) * scale[c]!));
    const [min, max] = [end(smallest), end(largest)];
    const list = values(
      zero.map((z, c) => (smallest - z) * scale[c]!),
      zero.map((z, c) => (largest - z) * scale[c]!),
      largest - smallest,
    );
    const context = { format, role: "weights" as const, training: true };
    tf.tidy(() => {
      const [x, upstream] = [matrix(list, columns), matrix(dy, columns)];
      const range = { min: ends(min), max: ends(max) };
      expect(digest(q.fakeQuantize(x, format, range as never).dataSync())).toBe(fixed.values);
      const [clipped] = tf.grads((x: q.tf.Tensor) =>
        applyEstimator(estimatorNamed("clippedSte"), x, range, context),
      )([x], upstream);
      expect(digest(clipped!.dataSync())).toBe(fixed.dx);

      const learnable = estimatorNamed("pytorchLearnable");
      const parameters = [ends(scale), ends(expected.zeroPoint)];
      const forward = (x: q.tf.Tensor, scale: q.tf.Tensor, zeroPoint: q.tf.Tensor) =>
        applyEstimator(learnable, x, { scale, zeroPoint }, context);
      expect(digest(forward(x, parameters[0]!, parameters[1]!).dataSync())).toBe(learned.values);
      const [dx, dscale, dzero] = tf.grads(forward as never)([x, ...parameters], upstream);
      expect(digest(dx!.dataSync())).toBe(learned.dx);

      const codes = (i: number, c: number) =>
        even(Math.fround(list[i]! * Math.fround(1 / scale[c]!) + zero[c]!));
      const terms = sums(columns, (i, c) => {
        const code = codes(i, c);
        if (code < smallest) return dy[i]! * (smallest - zero[c]!);
        if (code > largest) return dy[i]! * (largest - zero[c]!);
        return (dy[i]! * (Math.fround((code - zero[c]!) * scale[c]!) - list[i]!)) / scale[c]!;
      });
      expect(distance(dscale!.dataSync(), terms)).toBeLessThan(1e-6);
      // PyTorch adds in float32 as well, and with fewer partial sums.
      expect(distance(learned.scale, terms)).toBeLessThan(1e-5);
      if (format.symmetric) return;
      const outside = sums(columns, (i, c) =>
        codes(i, c) < smallest || codes(i, c) > largest ? -dy[i]! * scale[c]! : 0,
      );
      expect(distance(dzero!.dataSync(), outside)).toBeLessThan(1e-6);
      expect(distance(learned.zeroPoint, outside)).toBeLessThan(1e-5);
    });
  });
});

/** Halves to the even neighbour. */
function even(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest === 0.5 ? floor + (floor % 2 === 0 ? 0 : 1) : floor + (rest > 0.5 ? 1 : 0);
}
