import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { bits } from "./agreement.js";
import { numbers } from "./numbers.js";

const { tf } = q;
type Tensor = q.tf.Tensor;
const exact = { rewrite: false };
const x = numbers([3, 4]);
const times = <R>(count: number, run: () => R) => Array.from({ length: count }, run);

describe("a compiled function", () => {
  it("returns records and arrays of tensors, of all types", () => {
    const fn = (x: Tensor) => ({
      ranges: [x.min(0), x.max(0)],
      stats: { mean: x.mean(), positive: x.greater(0), largest: x.argMax(1) },
    });
    const compiled = q.compile(fn, exact);
    const expected = fn(x);
    for (const result of times(4, () => compiled(x))) {
      expect(result.ranges.map(bits)).toEqual(expected.ranges.map(bits));
      expect(bits(result.stats.mean)).toBe(bits(expected.stats.mean));
      expect(result.stats.positive.dtype).toBe("bool");
      expect(bits(result.stats.positive)).toBe(bits(expected.stats.positive));
      expect(result.stats.largest.dtype).toBe("int32");
      expect(bits(result.stats.largest)).toBe(bits(expected.stats.largest));
    }
    compiled.dispose();
  });

  it("takes integers and truths, records and arrays, and one graph for each setting", {
    tags: "slow",
  }, () => {
    const seen: string[] = [];
    const compiled = q.compile(
      ({ labels, mask }: { labels: Tensor; mask: Tensor }, [a, b]: Tensor[], power: number) => {
        seen.push(`${labels.shape} ${power}`);
        const hot = tf.oneHot(labels.toInt(), 4).mul(mask.toFloat().expandDims(1));
        return hot.mul(a!).add(b!.pow(power));
      },
      exact,
    );
    const labels = tf.tensor1d([0, 3, 1], "int32");
    const mask = tf.tensor1d([1, 0, 1], "bool");
    const call = (power: number) => compiled({ labels, mask }, [x, x.add(2)], power);
    const expected = [2, 3].map((power) =>
      bits(compiled.eager({ labels, mask }, [x, x.add(2)], power)),
    );
    seen.length = 0;
    for (let i = 0; i < 4; i++) expect([2, 3].map((power) => bits(call(power)))).toEqual(expected);
    expect(seen).toEqual(["3 2", "3 3", "3 2", "3 3"]);
    compiled.dispose();
  });

  it("may measure ranges over batches, as a calibration does", () => {
    const [low, high] = [tf.variable(tf.scalar(Infinity)), tf.variable(tf.scalar(-Infinity))];
    const observe = q.compile((x: Tensor) => {
      low.assign(tf.minimum(low, x.min()));
      high.assign(tf.maximum(high, x.max()));
      return [low.clone(), high.clone()];
    }, exact);
    const batches = times(6, () => 0).map((_, i) => numbers([8, 4], i, -1 - i, 1 + i));
    for (const batch of batches) tf.dispose(observe(batch));
    const all = tf.concat(batches);
    expect(low.dataSync()).toEqual(all.min().dataSync());
    expect(high.dataSync()).toEqual(all.max().dataSync());
    observe.dispose();
  });

  it("may take gradients, of second order too, and of many variables", { tags: "slow" }, () => {
    const w = tf.variable(numbers([4, 3], 4));
    const curvature = (x: Tensor) => {
      const slope = tf.grad((x) =>
        tf
          .matMul(x as Tensor, w)
          .pow(3)
          .sum(),
      );
      return tf.grad((x) => slope(x).square().sum())(x);
    };
    const hessian = q.compile(curvature, exact);
    for (const y of times(4, () => hessian(x))) expect(bits(y)).toBe(bits(curvature(x)));
    const slopes = (x: Tensor) => {
      const { value, grads } = tf.variableGrads(() => tf.matMul(x, w).square().mean(), [w]);
      return { value, gradient: grads[w.name]! };
    };
    const compiled = q.compile(slopes, exact);
    for (const { value, gradient } of times(4, () => compiled(x))) {
      const expected = slopes(x);
      expect([bits(value), bits(gradient)]).toEqual([
        bits(expected.value),
        bits(expected.gradient),
      ]);
    }
    hessian.dispose();
    compiled.dispose();
    w.dispose();
  });

  it("has its gradient taken from outside", () => {
    const w = tf.variable(numbers([4, 3], 4));
    const forward = q.compile((x: Tensor) => tf.matMul(x, w).square().mean(), exact);
    tf.dispose(times(3, () => forward(x)));
    const slope = tf.grad((x) => forward(x as Tensor))(x);
    expect(bits(slope)).toBe(bits(tf.grad((x) => forward.eager(x as Tensor))(x)));
    const { grads } = tf.variableGrads(() => forward(x) as q.tf.Scalar, [w]);
    const expected = tf.variableGrads(() => forward.eager(x) as q.tf.Scalar, [w]);
    expect(bits(grads[w.name]!)).toBe(bits(expected.grads[w.name]!));
    forward.dispose();
    w.dispose();
  });

  it("runs inside another one as it is", () => {
    const inner = q.compile((x: Tensor) => x.square(), exact);
    const outer = q.compile((x: Tensor) => inner(x).add(inner(x.mul(2))), exact);
    const expected = bits(x.square().add(x.mul(2).square()));
    for (let i = 0; i < 4; i++) {
      tf.dispose(inner(x));
      expect(bits(outer(x))).toBe(expected);
    }
    outer.dispose();
    inner.dispose();
  });

  it("gives its results to tf.tidy, as any op does", () => {
    const compiled = q.compile((x: Tensor) => [x.square(), x.add(1)], exact);
    tf.dispose(times(3, () => compiled(x)).flat());
    const held = tf.memory().numTensors;
    tf.tidy(() => {
      compiled(x);
      compiled(x);
    });
    expect(tf.memory().numTensors).toBe(held);
    const kept = tf.tidy(() => compiled(x)[1]!);
    expect(tf.memory().numTensors).toBe(held + 1);
    expect(bits(kept)).toBe(bits(x.add(1)));
    compiled.dispose();
  });

  it("doesn't confuse the results of a call with those of the next", () => {
    const compiled = q.compile((x: Tensor) => x.mul(2), exact);
    const results = [1, 2, 3, 4, 5].map((value) => compiled(tf.scalar(value)));
    expect(results.map((result) => result.dataSync()[0])).toEqual([2, 4, 6, 8, 10]);
    compiled.dispose();
  });

  it("is refused where TensorFlow's own state decides, seeded or not", () => {
    for (const seed of [undefined, 7]) {
      const draw = q.compile((x: Tensor) => tf.multinomial(x as q.tf.Tensor2D, 5, seed));
      expect(() => times(3, () => draw(x))).toThrow("tf.multinomial draws from a state of its own");
      draw.dispose();
    }
  });

  it("fails where an index is out of bounds, and goes on", () => {
    const table = numbers([5, 2]);
    const look = q.compile((i: Tensor) => tf.gather(table, i as q.tf.Tensor1D), exact);
    const good = tf.tensor1d([0, 4], "int32");
    tf.dispose(times(3, () => look(good)));
    const held = tf.memory().numTensors;
    const bad = tf.tensor1d([0, 5], "int32");
    expect(() => look(bad)).toThrow(/not in \[0, 5\)/);
    expect(bits(look(good))).toBe(bits(tf.gather(table, good)));
    expect(tf.memory().numTensors).toBe(held + 3);
    look.dispose();
  });

  it("tells arguments that share their memory from those that don't", () => {
    const less = q.compile((a: Tensor, b: Tensor) => a.sub(b), exact);
    for (let i = 0; i < 4; i++) expect(less(x, x.clone()).abs().max().dataSync()[0]).toBe(0);
    for (let i = 0; i < 4; i++) expect(bits(less(x.add(1), x))).toBe(bits(x.add(1).sub(x)));
    less.dispose();
  });
});
