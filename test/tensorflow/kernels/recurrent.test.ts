import { describe, expect, it } from "vitest";
import { compile } from "../../../src/tensorflow/compile/compile.js";
import { withNativeOps } from "../../../src/tensorflow/compile/native/index.js";
import { withoutKernels } from "../../../src/tensorflow/kernels/library.js";
import { recurrentKernel } from "../../../src/tensorflow/kernels/recurrent.js";
import { tf } from "../../../src/tensorflow/tf.js";
import { opsOf } from "../compile/native/trace.js";
import { addon, bytesOf, onEachMachine } from "./values.js";

type Layer = InstanceType<typeof tf.layers.Layer>;
type Kind = "lstm" | "gru";
type Gate = "sigmoid" | "hardSigmoid";

/** Values up to `size` that have no pattern, by ops, since drawing many numbers takes JavaScript long. */
const waves = (shape: number[], seed: number, size = 1) => {
  const count = shape.reduce((product, length) => product * length, 1);
  return tf
    .sin(tf.mul(tf.add(tf.range(0, count), seed), 2.39 * seed))
    .mul(size)
    .reshape(shape);
};

/** A function that gives a layer's outputs, and the gradients of its weights, input and states, at fixed values. */
function passes(layer: Layer & { units: number }, x: tf.Tensor, states: tf.Tensor[] = []) {
  const kwargs = states.length > 0 ? { initialState: states } : {};
  layer.apply(x, kwargs);
  layer.weights.forEach((weight, i) => {
    weight.write(waves(weight.shape as number[], i + 1, 1 / Math.sqrt(layer.units)));
  });
  const variables = layer.trainableWeights.map((weight) => weight.read()) as tf.Variable[];
  return () => {
    const outputsOf = ([x, ...states]: tf.Tensor[]) =>
      [layer.call(x!, states.length > 0 ? { initialState: states } : {})].flat();
    const loss = (inputs: tf.Tensor[]) =>
      tf.addN(outputsOf(inputs).map((y, i) => y.mul(waves(y.shape, 20 + i)).sum())) as tf.Scalar;
    const inputs = [x, ...states];
    const { grads } = tf.valueAndGrads((...inputs: tf.Tensor[]) => loss(inputs))(inputs);
    const { grads: named } = tf.variableGrads(() => loss(inputs), variables);
    return [...outputsOf(inputs), ...grads, ...Object.values(named)];
  };
}

/** The largest difference of two tensors' values, as a share of the largest value. */
function difference(a: tf.Tensor, b: tf.Tensor): number {
  expect(a.shape).toEqual(b.shape);
  if (a.size === 0) return 0;
  return tf.tidy(
    () => tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.maximum(tf.max(tf.abs(b)), 1)).dataSync()[0]!,
  );
}

const make = (kind: Kind, gate: Gate, units: number, options: object = {}) =>
  Object.assign(
    tf.layers[kind]({
      units,
      recurrentActivation: gate,
      recurrentInitializer: "zeros",
      ...options,
    }),
    { units },
  );
const kinds = ["lstm", "gru"] as const;
const gates = ["sigmoid", "hardSigmoid"] as const;
const layers = kinds.flatMap((kind) => gates.map((gate) => [kind, gate] as const));
const opOf = { lstm: "QatlabLstm", gru: "QatlabGru" };

describe.runIf(addon)("the kernel of a recurrent layer", () => {
  it.each(layers)("agrees with the own ops of %s, with %s gates", (kind, gate) => {
    const shapes = [
      [1, 1, 1, 1],
      [3, 5, 3, 13],
      [37, 4, 8, 16],
      [5, 3, 13, 3],
      [2, 2, 3, 257],
    ] as const;
    for (const [n, steps, inputs, units] of shapes) {
      for (const options of [{}, { returnSequences: true, goBackwards: true, useBias: false }]) {
        tf.tidy(() => {
          const run = passes(make(kind, gate, units, options), waves([n, steps, inputs], 9));
          const [expected, found] = [run(), withNativeOps(run)];
          found.forEach((tensor, i) => {
            expect(difference(tensor, expected[i]!), `${units} units, ${i}`).toBeLessThan(2e-6);
          });
        });
      }
    }
  });

  it.each(layers)(
    "takes states to start from and gives the last: %s with %s gates",
    (kind, gate) => {
      tf.tidy(() => {
        const states = [waves([6, 5], 3), waves([6, 5], 4)].slice(0, kind === "lstm" ? 2 : 1);
        for (const returnSequences of [false, true]) {
          const layer = make(kind, gate, 5, { returnState: true, returnSequences });
          const run = passes(layer, waves([6, 4, 3], 9), states);
          const [expected, found] = [run(), withNativeOps(run)];
          expect(found.length).toBe(expected.length);
          found.forEach((tensor, i) => {
            expect(difference(tensor, expected[i]!), String(i)).toBeLessThan(2e-6);
          });
        }
      });
    },
  );

  it.each([layers[1]!, layers[2]!])(
    "computes in compiled functions: %s with %s gates",
    (kind, gate) => {
      const run = passes(make(kind, gate, 6), waves([4, 3, 5], 9));
      const ops = opsOf(() => run()[0]!);
      expect(ops).toContain(opOf[kind]);
      expect(ops).toContain(`${opOf[kind]}Gradient`);
      expect(withoutKernels(() => opsOf(() => run()[0]!))).not.toContain(opOf[kind]);
      const [step, exact] = [compile(run), compile(run, { rewrite: false })];
      const expected = run();
      const native = bytesOf(withNativeOps(run)[0]!);
      for (let call = 0; call < 4; call++) {
        const found = step();
        found.forEach((tensor, i) => {
          expect(difference(tensor, expected[i]!)).toBeLessThan(2e-6);
        });
        expect(bytesOf(found[0]!).equals(native)).toBe(true);
        exact().forEach((tensor, i) => {
          expect(bytesOf(tensor).equals(bytesOf(expected[i]!))).toBe(true);
        });
      }
      expect(native.equals(bytesOf(expected[0]!))).toBe(false);
      step.dispose();
      exact.dispose();
    },
  );

  it.each(layers)("has the slopes of its values: %s with %s gates", (kind, gate) => {
    tf.tidy(() => {
      const run = kind === "lstm" ? ("Lstm" as const) : ("Gru" as const);
      const width = (kind === "lstm" ? 4 : 3) * 3;
      const values = [waves([2, 3, 2], 1), waves([2, width], 2, 0.5), waves([3, width], 3, 0.5)];
      const loss = (...[x, kernel, recurrentKernelOf]: tf.Tensor[]) =>
        recurrentKernel(run, {
          ...{ x: x!, kernel: kernel!, recurrentKernel: recurrentKernelOf! },
          ...{ hard: gate === "hardSigmoid", sequences: true },
        })[0]!
          .mul(waves([2, 3, 3], 7))
          .sum() as tf.Scalar;
      const gradients = tf.grads(loss)(values);
      values.forEach((tensor, i) => {
        const direction = waves(tensor.shape, 10 + i);
        const moved = (by: number) =>
          loss(...values.map((t, k) => (k === i ? t.add(direction.mul(by)) : t))).dataSync()[0]!;
        const slope = (moved(2e-3) - moved(-2e-3)) / 4e-3;
        const expected = gradients[i]!.mul(direction).sum().dataSync()[0]!;
        expect(Math.abs(slope - expected)).toBeLessThan(2e-3 * Math.max(1, Math.abs(expected)));
      });
    });
  });

  it.each(layers)(
    "makes the same bits with all instructions and threads: %s with %s gates",
    (kind, gate) => {
      tf.tidy(() => {
        const run = passes(make(kind, gate, 13), waves([70, 7, 11], 9));
        const expected = withNativeOps(run).map(bytesOf);
        onEachMachine((machine) => {
          const found = tf.tidy(() => withNativeOps(run).map(bytesOf));
          found.forEach((bytes, i) => {
            expect(bytes.equals(expected[i]!), `${machine}, ${i}`).toBe(true);
          });
        });
      });
    },
  );

  it("keeps NaN, holds infinities, and computes nothing of no examples", () => {
    tf.tidy(() => {
      for (const [kind, gate] of layers) {
        const layer = make(kind, gate, 3, { kernelInitializer: "ones" });
        const x = tf.tensor(
          [Number.NaN, 0, Number.POSITIVE_INFINITY, 1e30, -1e30, 0, 1, -0],
          [4, 2, 1],
        );
        const values = withNativeOps(() => layer.apply(x) as tf.Tensor).arraySync() as number[][];
        const own = (layer.apply(x) as tf.Tensor).arraySync() as number[][];
        expect(values[0]!.every(Number.isNaN)).toBe(true);
        values
          .slice(1)
          .flat()
          .forEach((value, i) => {
            expect(value).toBeCloseTo(own.slice(1).flat()[i]!, 5);
          });
        const none = withNativeOps(() => layer.apply(tf.zeros([0, 2, 1])) as tf.Tensor);
        expect(none.shape).toEqual([0, 3]);
      }
    });
  });

  it("refuses weights that don't fit", () => {
    const call = { x: tf.ones([2, 3, 4]), hard: false, sequences: false };
    const [kernel, other] = [tf.ones([4, 20]), tf.ones([4, 21])];
    const recurrent = tf.ones([5, 20]);
    expect(() =>
      recurrentKernel("Lstm", { ...call, kernel: other, recurrentKernel: recurrent }),
    ).toThrow("weights has 84 values (expected 80)");
    expect(() => recurrentKernel("Gru", { ...call, kernel, recurrentKernel: recurrent })).toThrow(
      "x isn't [examples, steps, inputs]",
    );
  });
});
