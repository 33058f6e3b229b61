import { describe, expect, it } from "vitest";
import { compile } from "../../../src/tensorflow/compile/compile.js";
import { withNativeOps } from "../../../src/tensorflow/compile/native/index.js";
import { layerNormalizationKernel } from "../../../src/tensorflow/kernels/layerNormalization.js";
import { withoutKernels } from "../../../src/tensorflow/kernels/library.js";
import { tf } from "../../../src/tensorflow/tf.js";
import { opsOf } from "../compile/native/trace.js";
import { addon, bytesOf, onEachMachine } from "./values.js";

type Options = Parameters<typeof tf.layers.layerNormalization>[0];

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0.3, 2, "float32", seed);

/** A function that gives a layer's values, and the gradients of its input and its weights. */
function passes(options: Options, shape: number[]) {
  const layer = tf.layers.layerNormalization(options);
  const [x, weighing] = [normal(shape, 1), normal(shape, 2)];
  layer.apply(x);
  layer.weights.forEach((weight, i) => {
    weight.write(normal(weight.shape as number[], 3 + i));
  });
  const variables = layer.trainableWeights.map((weight) => weight.read()) as tf.Variable[];
  const loss = (x: tf.Tensor) => (layer.apply(x) as tf.Tensor).mul(weighing).sum() as tf.Scalar;
  return () => {
    const dx = tf.grad(loss)(x);
    const grads = variables.length > 0 ? tf.variableGrads(() => loss(x), variables).grads : {};
    return [layer.apply(x) as tf.Tensor, dx, ...Object.values(grads)];
  };
}

/** The largest difference of two tensors' values, as a share of the largest value. */
const difference = (a: tf.Tensor, b: tf.Tensor) =>
  tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0]!);

describe.runIf(addon)("the kernel of layer normalization", () => {
  it.each([
    [[2, 3], {}],
    [[7, 13], {}],
    [[3, 5, 257], {}],
    [[40, 64], { scale: false }],
    [[40, 64], { center: false, epsilon: 1e-6 }],
    [[4, 33], { scale: false, center: false }],
    [[3, 4, 5, 6], { axis: [2, 3] }],
  ] as [number[], Options][])("agrees with the layer's own ops for %j, %j", (shape, options) => {
    tf.tidy(() => {
      const run = passes(options, shape);
      const [expected, found] = [run(), withNativeOps(run)];
      expect(found.map((tensor) => tensor.shape)).toEqual(expected.map((tensor) => tensor.shape));
      found.forEach((tensor, i) => {
        expect(difference(tensor, expected[i]!), String(i)).toBeLessThan(3e-6);
      });
    });
  });

  it("computes in compiled functions, and not where they must be exact", () => {
    const run = passes({}, [6, 5, 8]);
    const ops = opsOf(() => run()[1]!);
    expect(ops).toContain("QatlabLayerNormalization");
    expect(ops).toContain("QatlabLayerNormalizationGradient");
    const others = [
      withoutKernels(() => opsOf(() => run()[1]!)),
      opsOf(() => passes({ axis: 1 }, [6, 5, 8])()[1]!),
    ];
    for (const ops of others) expect(ops).not.toContain("QatlabLayerNormalization");
    const exact = compile(run, { rewrite: false });
    const expected = bytesOf(run()[0]!);
    for (let call = 0; call < 3; call++) expect(bytesOf(exact()[0]!).equals(expected)).toBe(true);
    const step = compile(run);
    const native = bytesOf(withNativeOps(run)[0]!);
    for (let call = 0; call < 3; call++) expect(bytesOf(step()[0]!).equals(native)).toBe(true);
    exact.dispose();
    step.dispose();
  });

  it("has the slopes of its values", () => {
    tf.tidy(() => {
      const values = [normal([3, 7], 1), normal([7], 2), normal([7], 3)];
      const weighing = normal([3, 7], 4);
      const loss = (...[x, gamma, beta]: tf.Tensor[]) =>
        layerNormalizationKernel(x!, { gamma, beta, epsilon: 1e-3 })
          .mul(weighing)
          .sum() as tf.Scalar;
      const gradients = tf.grads(loss)(values);
      values.forEach((tensor, i) => {
        const direction = normal(tensor.shape, 10 + i);
        const moved = (by: number) =>
          loss(...values.map((t, k) => (k === i ? t.add(direction.mul(by)) : t))).dataSync()[0]!;
        const slope = (moved(1e-3) - moved(-1e-3)) / 2e-3;
        const expected = gradients[i]!.mul(direction).sum().dataSync()[0]!;
        expect(Math.abs(slope - expected)).toBeLessThan(1e-2 * Math.max(1, Math.abs(expected)));
      });
    });
  });

  it("makes the same bits with all instructions and threads", () => {
    tf.tidy(() => {
      for (const shape of [
        [300, 257],
        [5, 3],
      ]) {
        const run = passes({}, shape);
        const expected = withNativeOps(run).map(bytesOf);
        onEachMachine((machine) => {
          const found = tf.tidy(() => withNativeOps(run).map(bytesOf));
          found.forEach((bytes, i) => {
            expect(bytes.equals(expected[i]!), `${machine}, ${i}`).toBe(true);
          });
        });
      }
    });
  });

  it("makes a row with NaN or ∞ NaN, and that row alone", () => {
    const x = tf.tensor2d([
      [1, Number.NaN, 3],
      [1, Infinity, 3],
      [2, 2, 2],
    ]);
    const [nan, infinite, even] = layerNormalizationKernel(x, { epsilon: 1e-3 }).arraySync() as [
      number[],
      number[],
      number[],
    ];
    expect([nan, infinite].flat().every(Number.isNaN)).toBe(true);
    expect(even).toEqual([0, 0, 0]);
  });

  it("refuses weights that don't fit the rows", () => {
    const gamma = tf.ones([4]);
    expect(() => layerNormalizationKernel(tf.ones([2, 3]), { gamma, epsilon: 1e-3 })).toThrow(
      "an input doesn't have the length of x's rows",
    );
  });
});
