import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cholesky, inverseFactor } from "../../src/ptq/gptq/cholesky.js";
import { outerProducts } from "../../src/ptq/gptq/hessian.js";
import { roundColumns } from "../../src/ptq/gptq/roundColumns.js";
import { mappedWeights } from "../../src/ptq/network/network.js";
import {
  data,
  denseNetwork,
  difference,
  digitsNetwork,
  generator,
  hill,
} from "../fixtures/index.js";
import golden from "../golden/gptq.json" with { type: "json" };

const { tf } = q;

/** The inputs and the kernel of test/peers/gptq.py. */
function problem({ kind, channels, seed }: { kind: string; channels: number; seed: number }) {
  const random = generator(seed);
  if (kind === "conv") {
    const layer = tf.layers.conv2d({ filters: 7, kernelSize: 3, strides: 2, useBias: false });
    const x = hill([16, 9, 9, channels], random);
    layer.build(x.shape);
    layer.setWeights([hill([3, 3, channels, 7], random)]);
    return { layer, x };
  }
  const values = hill([200, 24], random).dataSync();
  for (let i = 0; i < values.length; i++) if (i % 24 > 0) values[i]! += values[i - 1]! / 2;
  const layer = tf.layers.dense({ units: 10, useBias: false });
  layer.build([null, 24]);
  layer.setWeights([hill([24, 10], random)]);
  return { layer, x: tf.tensor2d(values, [200, 24]) };
}

describe("GPTQ", () => {
  it.each(golden.cases)(
    "gives the codes of its authors' program: $kind, $bits bits, seed $seed",
    (expected) => {
      const { layer, x } = problem(expected);
      const [kernel] = layer.getWeights();
      const half = 2 ** (expected.bits - 1);
      const grid = {
        scale: Float32Array.from(expected.scale),
        zeroPoint: new Int32Array(expected.scale.length),
        smallest: -half,
        largest: half - 1,
      };
      const hessian = Float64Array.from(
        outerProducts(layer, mappedWeights(layer)[0]!, x).dataSync(),
      );
      const options = { damping: 0.01, activationOrder: expected.activationOrder };
      const codes = roundColumns(Float64Array.from(kernel!.dataSync()), hessian, grid, options);
      const outputs = expected.codes.length;
      const given = expected.codes.map((_, output) =>
        [...codes]
          .filter((_, i) => i % outputs === output)
          .map((code) => (code + half).toString(16))
          .join(""),
      );
      expect(given).toEqual(expected.codes);
      // Rounding to nearest gives others.
      const nearest = [...kernel!.dataSync()].map((w, i) => {
        const code = Math.floor(w / grid.scale[i % outputs]! + 0.5);
        return Math.min(half - 1, Math.max(-half, code));
      });
      expect(nearest).not.toEqual([...codes]);
    },
  );

  it("factors a matrix and its inverse", () => {
    // The Lehmer matrix min(i, j)/max(i, j) has a tridiagonal inverse.
    const n = 5;
    const a = Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n) + 1, (at % n) + 1];
      return Math.min(i, j) / Math.max(i, j);
    });
    const product = (left: Float64Array, right: Float64Array) =>
      left.map((_, at) => {
        let sum = 0;
        for (let k = 0; k < n; k++)
          sum += left[Math.floor(at / n) * n + k]! * right[k * n + (at % n)]!;
        return sum;
      });
    const transposed = (m: Float64Array) => m.map((_, at) => m[(at % n) * n + Math.floor(at / n)]!);
    const l = cholesky(a, n);
    product(l, transposed(l)).forEach((value, at) => {
      expect(value).toBeCloseTo(a[at]!, 12);
    });
    const u = inverseFactor(a, n);
    const inverse = product(transposed(u), u);
    product(inverse, a).forEach((value, at) => {
      expect(value).toBeCloseTo(at % (n + 1) === 0 ? 1 : 0, 10);
    });
    inverse.forEach((value, at) => {
      if (Math.abs(Math.floor(at / n) - (at % n)) > 1) expect(value).toBeCloseTo(0, 10);
      if (Math.floor(at / n) > at % n) expect(u[at]).toBe(0);
    });
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow("isn't positive definite");
  });

  const { conv2d, depthwiseConv2d, dense } = tf.layers;
  const layers: [string, q.tf.Sequential["layers"][0], number[]][] = [
    [
      "a padded convolution",
      conv2d({ filters: 4, kernelSize: 3, padding: "same", strides: 2 }),
      [4, 7, 6, 3],
    ],
    ["a dilated convolution", conv2d({ filters: 4, kernelSize: 2, dilationRate: 2 }), [4, 7, 6, 3]],
    [
      "a depthwise convolution",
      depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
      [4, 7, 6, 3],
    ],
    ["a dense layer on tokens", dense({ units: 4 }), [4, 5, 6]],
  ];
  it.each(layers)(
    "has the Hessian of %s: wᵀHw is the sum of its squared outputs",
    (_, layer, shape) => {
      const random = generator(5);
      const x = hill(shape, random);
      layer.build(shape);
      const kernel = hill(layer.getWeights()[0]!.shape, random);
      const hessian = outerProducts(layer, mappedWeights(layer)[0]!, x);
      const outputs = mappedWeights(layer)[0]!.linear(layer, x, kernel);
      const [groups, k] = hessian.shape;
      const n = kernel.shape.at(-1)!;
      // [k, groups, n] of the kernel's order.
      const columns = kernel.reshape([k, groups, n]).transpose([1, 0, 2]);
      const squares = tf.matMul(hessian, columns).mul(columns).sum(1).flatten().dataSync();
      const expected = outputs
        .square()
        .reshape([-1, groups * n])
        .sum(0)
        .dataSync();
      expected.forEach((sum, i) => {
        expect(squares[i]! / sum).toBeCloseTo(1, 4);
      });
    },
  );

  it("adds up the Hessian of many positions in parts", { tags: "slow" }, () => {
    tf.tidy(() => {
      const layer = tf.layers.conv2d({ filters: 1, kernelSize: 3, padding: "same" });
      layer.build([null, 80, 80, 4]);
      // 100 examples are 23 million values in patches.
      const x = tf.randomUniform([100, 80, 80, 4], -1, 1, "float32", 3);
      const whole = outerProducts(layer, mappedWeights(layer)[0]!, x);
      const halves = [0, 50].map((start) =>
        outerProducts(layer, mappedWeights(layer)[0]!, x.slice(start, 50)),
      );
      const off = whole.sub(halves[0]!.add(halves[1]!)).abs().max().div(whole.max());
      expect(off.dataSync()[0]).toBeLessThan(1e-5);
    });
  });

  it("rounds every layer of a model, and leaves the two models as they were", {
    tags: "slow",
  }, async () => {
    const model = digitsNetwork(3);
    const calibration = data([8, 8, 1]);
    const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(8) });
    const nearest = await q.quantize(model, scheme, { calibration });
    const before = nearest.getWeights().map((weight) => [...weight.dataSync()]);
    const held = tf.memory().numTensors;
    const rounded = await q.ptq.gptq(model, nearest, { calibration });
    expect(difference(model, rounded, calibration.xs)).toBeLessThan(
      difference(model, nearest, calibration.xs),
    );
    for (const name of ["conv", "depthwise", "pointwise", "logits"]) {
      const layer = rounded.getLayer(name) as q.QuantizedLayer;
      tf.tidy(() => {
        const off = layer.quantizedKernel().sub(layer.getWeights()[0]!).abs().max();
        expect(off.dataSync()[0]).toBe(0);
      });
    }
    rounded.dispose();
    expect(nearest.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
    expect(tf.memory().numTensors).toBe(held);
  });

  it("rounds the weights of an input that is always 0 to nearest", async () => {
    const model = denseNetwork([]);
    const { xs, ys } = data([8]);
    const alive = tf.tensor1d([1, 0, 1, 1, 1, 0, 1, 1]);
    const options = { classes: 3, provenance: { name: "dead", source: "here", licence: "CC0" } };
    const calibration = new q.Dataset(xs.mul(alive), ys, options);
    const nearest = await q.quantize(model, q.scheme({ weights: q.int(3) }), { calibration });
    const rounded = await q.ptq.gptq(model, nearest, { calibration });
    const rows = (of: q.tf.LayersModel) =>
      of.getLayer("first").getWeights()[0]!.arraySync() as number[][];
    for (const dead of [1, 5]) expect(rows(rounded)[dead]).toEqual(rows(nearest)[dead]);
    expect(rows(rounded)).not.toEqual(rows(nearest));
  });
});
