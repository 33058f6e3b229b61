import { describe, expect, it } from "vitest";
import { compile } from "../../../src/tensorflow/compile/compile.js";
import { withNativeOps } from "../../../src/tensorflow/compile/native/index.js";
import { fakeQuantValues, gradientForX } from "../../../src/tensorflow/fakeQuant/fakeQuant.js";
import { withoutKernels } from "../../../src/tensorflow/kernels/library.js";
import { recurrentKernel as runKernel } from "../../../src/tensorflow/kernels/recurrent.js";
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

  it.each(layers)(
    "rounds its output after each step, as its op for one step and fake quantization do: %s with %s gates",
    (kind, gate) => {
      const [name, width] = kind === "lstm" ? (["Lstm", 4] as const) : (["Gru", 3] as const);
      const grid = { bits: 3, narrowRange: kind === "gru" };
      const ranges = [
        [1, 0, 0],
        [13, -0.4, 0.3],
        [16, 0, 0.25],
      ] as const;
      for (const [units, low, high] of ranges) {
        const [min, max] = [tf.scalar(low), tf.scalar(high)];
        const shapes = [
          [5, 4, 3],
          [3, width * units],
          [units, width * units],
          [width * units],
          [5, units],
        ];
        const given = shapes.map((shape, i) => waves(shape, i + 1));
        const options = { hard: gate === "hardSigmoid", sequences: true };
        const whole = ([x, kernel, recurrentKernel, bias, h]: tf.Tensor[]) => {
          const initial = [h!, h!].slice(0, kind === "lstm" ? 2 : 1);
          const weights = { kernel: kernel!, recurrentKernel: recurrentKernel!, bias };
          const rounding = { min, max, ...grid };
          return runKernel(name, { x: x!, ...weights, initial, ...options, rounding })[0]!;
        };
        const steps = ([x, kernel, recurrentKernel, bias, h]: tf.Tensor[]) => {
          const weights = { kernel: kernel!, recurrentKernel: recurrentKernel!, bias };
          let initial = [h!, h!].slice(0, kind === "lstm" ? 2 : 1);
          const outputs = [0, 1, 2, 3].map((step) => {
            const one = { x: tf.slice(x!, [0, step], [5, 1]), ...weights, initial, ...options };
            const [, h, ...cells] = runKernel(name, one);
            initial = [round(h!), ...cells];
            return initial[0]!.expandDims(1);
          });
          return tf.concat(outputs, 1);
        };
        const round = tf.customGrad((x, save) => {
          (save as (tensors: tf.Tensor[]) => void)([x as tf.Tensor]);
          return {
            value: fakeQuantValues(x as tf.Tensor, min, max, grid),
            gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
              gradientForX.of(dy, saved[0]!, min, max, grid),
          };
        });
        const dy = waves([5, 4, units], 7);
        const passOf = (run: (given: tf.Tensor[]) => tf.Tensor) => [
          run(given),
          ...tf.grads((...given: tf.Tensor[]) => run(given))(given, dy),
        ];
        const twin = tf.tidy(() => passOf(steps));
        const bits: Buffer[][] = [];
        onEachMachine((machine) => {
          const own = tf.tidy(() => passOf(whole));
          const about = `${machine}, ${units} units, ${low} to ${high}`;
          expect(bytesOf(own[0]!).equals(bytesOf(twin[0]!)), about).toBe(true);
          own.forEach((tensor, i) => {
            expect(difference(tensor, twin[i]!), `${about}, ${i}`).toBeLessThan(2e-6);
          });
          bits.push(own.map(bytesOf));
          tf.dispose(own);
        });
        for (const found of bits) expect(found).toEqual(bits[0]);
      }
    },
  );

  it("keeps NaN and infinities where it rounds", () => {
    const x = tf.tensor([Number.NaN, Infinity, -Infinity, 1], [4, 1, 1]);
    const rounding = { min: tf.scalar(-0.5), max: tf.scalar(0.5), bits: 4, narrowRange: false };
    const weights = { kernel: tf.ones([1, 3]), recurrentKernel: tf.ones([1, 3]) };
    const call = { x, ...weights, hard: false, sequences: false };
    const exact = runKernel("Gru", call)[0]!;
    const found = runKernel("Gru", { ...call, rounding })[0]!;
    const { min, max } = rounding;
    expect(bytesOf(found).equals(bytesOf(fakeQuantValues(exact, min, max, rounding)))).toBe(true);
    expect(found.dataSync()[0]).toBeNaN();
  });

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
        runKernel(run, {
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
    expect(() => runKernel("Lstm", { ...call, kernel: other, recurrentKernel: recurrent })).toThrow(
      "weights has 84 values (expected 80)",
    );
    expect(() => runKernel("Gru", { ...call, kernel, recurrentKernel: recurrent })).toThrow(
      "x isn't [examples, steps, inputs]",
    );
  });
});
