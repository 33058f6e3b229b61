import { describe, expect, it } from "vitest";
import { compile } from "../../../src/tensorflow/compile/compile.js";
import { fuseDepthwise } from "../../../src/tensorflow/compile/depthwise.js";
import { withNativeOps } from "../../../src/tensorflow/compile/native/index.js";
import {
  depthwise,
  depthwiseAttributes,
  depthwiseGradient,
} from "../../../src/tensorflow/kernels/depthwise.js";
import { withoutKernels } from "../../../src/tensorflow/kernels/library.js";
import { nodeBackend } from "../../../src/tensorflow/loading/nodeBackend.js";
import { tf } from "../../../src/tensorflow/tf.js";
import { difference, traceOf } from "../compile/native/trace.js";
import { addon, bytesOf, onEachMachine } from "./values.js";

interface Case {
  x: [number, number, number, number];
  window: [number, number];
  stride?: number;
  same?: boolean;
  activation?: "relu" | "relu6";
  bias?: boolean;
}

const cases: Case[] = [
  { x: [33, 8, 8, 16], window: [3, 3], same: true, activation: "relu" },
  { x: [17, 7, 9, 1], window: [3, 3], activation: "relu6" },
  { x: [3, 9, 8, 3], window: [3, 3], same: true, bias: false },
  { x: [2, 5, 6, 13], window: [3, 3], same: true, activation: "relu6" },
  { x: [1, 4, 5, 257], window: [3, 3], activation: "relu" },
  { x: [5, 9, 10, 13], window: [3, 3], stride: 2, same: true, activation: "relu" },
  { x: [3, 8, 11, 3], window: [3, 3], stride: 2, activation: "relu6" },
  { x: [2, 9, 10, 20], window: [5, 4], same: true, activation: "relu" },
  { x: [2, 9, 10, 7], window: [5, 5], stride: 3, bias: false },
  { x: [2, 4, 4, 17], window: [1, 1], activation: "relu" },
  { x: [2, 6, 41, 24], window: [3, 3], same: true },
];

function numbersFor({ x, window, bias = true }: Case, whole: boolean) {
  const draw = (shape: number[], seed: number) => {
    const normal = tf.randomNormal(shape, 0, 1, "float32", seed);
    return whole ? normal.round() : normal;
  };
  return [draw(x, 1), draw([...window, x[3], 1], 2), draw([bias ? x[3] : 0], 3)] as const;
}

type Numbers = ReturnType<typeof numbersFor> | readonly [tf.Tensor, tf.Tensor, tf.Tensor];

function composed({ stride = 1, same, activation }: Case, [x, filter, bias]: Numbers) {
  const pad = same ? "same" : "valid";
  const sums = tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad);
  const y: tf.Tensor = bias.size > 0 ? sums.add(bias) : sums;
  return activation === "relu" ? tf.relu(y) : activation ? tf.relu6(y) : y;
}

/** The values, and the gradients for images, filter and bias, by TensorFlow's ops as graphs have them. */
function reference(options: Case, numbers: Numbers, dy: tf.Tensor) {
  const given = numbers.filter(({ size }) => size > 0) as tf.Tensor[];
  const run = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor = numbers[2]) =>
    composed(options, [x, filter, bias]);
  return withoutKernels(() =>
    withNativeOps(() => [composed(options, numbers), ...tf.grads(run)(given, dy)]),
  );
}

function own(
  { stride = 1, same = false, activation }: Case,
  [x, filter, bias]: Numbers,
  dy: tf.Tensor,
) {
  const backend = nodeBackend();
  const [low, high] = activation
    ? [0, activation === "relu6" ? 6 : Infinity]
    : [-Infinity, Infinity];
  const attributes = depthwiseAttributes({ same, stride, low, high });
  const y = backend.executeSingleOutput(depthwise, attributes, [x, filter, bias]);
  const wanted = { name: "input_gradient", type: backend.binding.TF_ATTR_BOOL, value: true };
  const inputs = [dy, x, filter, activation ? y : tf.zeros([0])];
  const all = [...attributes, wanted];
  const gradients = backend.executeMultipleOutputs(depthwiseGradient, all, inputs, 3);
  return [y, ...gradients.slice(0, bias.size > 0 ? 3 : 2)];
}

describe.runIf(addon)("the library's own depthwise convolution", () => {
  it.each(cases)("has the numbers of TensorFlow's ops: %j", (options) => {
    for (const whole of [true, false]) {
      tf.tidy(() => {
        const numbers = numbersFor(options, whole);
        const shape = composed(options, numbers).shape;
        const normal = tf.randomNormal(shape, 0, 2, "float32", 4);
        const dy = whole ? normal.round() : normal;
        const expected = reference(options, numbers, dy);
        const bits = new Map<string, Buffer[]>();
        onEachMachine((machine) => {
          const found = own(options, numbers, dy);
          found.forEach((tensor, i) => {
            expect(tensor.shape, `${machine}, ${i}`).toEqual(expected[i]!.shape);
            // Sums of whole numbers are exact in any order.
            const bound = whole ? 0 : 1e-5;
            expect(difference(expected[i]!, tensor), `${machine}, ${i}`).toBeLessThanOrEqual(bound);
          });
          const [set] = machine.split(",") as [string];
          if (bits.has(set)) expect(found.map(bytesOf), machine).toEqual(bits.get(set));
          else bits.set(set, found.map(bytesOf));
        });
      });
    }
  });

  it("keeps NaN and infinities", () => {
    const options: Case = { x: [1, 4, 5, 2], window: [3, 3], same: true, activation: "relu" };
    const [x, filter, bias] = numbersFor(options, true);
    for (const odd of [Number.NaN, Infinity, -Infinity]) {
      const values = x.dataSync().map((value, i) => (i === 12 ? odd : value));
      const numbers = [tf.tensor(values, x.shape), filter, bias] as const;
      const [found] = own(options, numbers, tf.ones(x.shape));
      expect(bytesOf(found!.add(0)).equals(bytesOf(composed(options, numbers).add(0)))).toBe(true);
    }
  });

  it("takes no images, and refuses shapes that don't fit", () => {
    const options: Case = { x: [0, 4, 5, 2], window: [3, 3] };
    const numbers = numbersFor(options, true);
    const [y, dx, weights] = own(options, numbers, tf.zeros([0, 2, 3, 2]));
    expect([y!.shape, dx!.shape]).toEqual([
      [0, 2, 3, 2],
      [0, 4, 5, 2],
    ]);
    expect(weights!.abs().sum().dataSync()[0]).toBe(0);
    const [x, filter, bias] = numbersFor({ ...options, x: [1, 4, 5, 2] }, true);
    const dy = tf.zeros([1, 2, 3, 2]);
    expect(() => own(options, [x, tf.zeros([3, 3, 2, 2]), bias], dy)).toThrow(
      /one output for each/,
    );
    expect(() => own(options, [x, filter, tf.zeros([3])], dy)).toThrow(/a bias for each channel/);
    expect(() => own(options, [x, filter, bias], tf.zeros([1, 2, 3, 1]))).toThrow(/the shape/);
  });

  it("takes the place of TensorFlow's in compiled functions, with bias and ReLU", () => {
    const options: Case = { x: [4, 8, 8, 5], window: [3, 3], same: true, activation: "relu" };
    const numbers = numbersFor(options, false);
    const run = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
      tf.grads((x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
        composed(options, [x, filter, bias]).square(),
      )([x, filter, bias]);
    const sum = () => tf.addN(run(...numbers).map((gradient) => gradient.sum()));
    const { operations } = fuseDepthwise(traceOf(sum));
    const few = operations.map(({ name }) => name).filter((name) => /Depth|Relu|Conv/i.test(name));
    expect(few.sort()).toEqual([depthwise, depthwiseGradient]);
    const twoOutputs = () =>
      tf.depthwiseConv2d(numbers[0] as tf.Tensor4D, tf.ones([3, 3, 5, 2]), 1, "same");
    const kept = fuseDepthwise(traceOf(twoOutputs)).operations.map(({ name }) => name);
    expect(kept).toContain("DepthwiseConv2dNative");
    const results = () => {
      const step = compile(run);
      const calls = [1, 2, 3].map(() => step(...numbers));
      step.dispose();
      return calls[2]!;
    };
    const [found, twin] = [results(), withoutKernels(results)];
    found.forEach((gradient, i) => {
      expect(difference(twin[i]!, gradient), `gradient ${i}`).toBeLessThan(1e-5);
    });
  });

  it("has the gradients of finite differences in float64", () => {
    const options: Case = { x: [2, 5, 4, 2], window: [3, 3], same: true, stride: 2 };
    const numbers = numbersFor(options, false);
    const dy = tf.randomNormal([2, 3, 2, 2], 0, 1, "float32", 5);
    const gradients = own(options, numbers, dy).slice(1);
    const values = numbers.map((tensor) => Float64Array.from(tensor.dataSync()));
    const weights = dy.dataSync();
    const loss = () => outputsOf(values).reduce((sum, y, i) => sum + y * weights[i]!, 0);
    for (const [k, own] of values.entries()) {
      const computed = gradients[k]!.dataSync();
      own.forEach((value, i) => {
        const ends = [1e-6, -1e-6].map((step) => {
          own[i] = value + step;
          return loss();
        });
        own[i] = value;
        expect(computed[i], `${k}, ${i}`).toBeCloseTo((ends[0]! - ends[1]!) / 2e-6, 4);
      });
    }
  });
});

/** A depthwise convolution of [2, 5, 4, 2] by 3 × 3 with stride 2 and TensorFlow's borders for "same", in float64. */
function outputsOf([x, filter, bias]: Float64Array[]): number[] {
  const [rows, columns] = [5, 4];
  const at = (n: number, i: number, j: number, c: number) =>
    i < 0 || i >= rows || j < 0 || j >= columns ? 0 : x![((n * rows + i) * columns + j) * 2 + c]!;
  return Array.from({ length: 2 * 3 * 2 * 2 }, (_, place) => {
    const [c, j, i, n] = [place % 2, (place >> 1) % 2, (place >> 2) % 3, Math.floor(place / 12)];
    let sum = bias![c]!;
    for (let k = 0; k < 9; k++) {
      // One row is missing above and below, one column on the right alone.
      const [row, column] = [2 * i + Math.floor(k / 3) - 1, 2 * j + (k % 3)];
      sum += at(n, row, column, c) * filter![k * 2 + c]!;
    }
    return sum;
  });
}
