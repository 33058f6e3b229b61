import { describe, expect, it } from "vitest";
import { withNativeOps } from "../../../src/tensorflow/compile/native/index.js";
import { withoutKernels } from "../../../src/tensorflow/kernels/library.js";
import { tf } from "../../../src/tensorflow/tf.js";
import { difference } from "../compile/native/trace.js";
import {
  type Case,
  composed,
  composedGradients,
  composedValues,
  numbersFor,
  own,
  ownGradients,
} from "./convolutions.js";
import { addon, bitsOf, onEachMachine } from "./values.js";

const relu = { activation: "relu", pool: true } as const;
const cases: Case[] = [
  { x: [17, 14, 15, 1], window: [3, 3], outputs: 16, ...relu, first: true },
  { x: [33, 7, 9, 16], window: [3, 3], outputs: 32, ...relu },
  { x: [3, 7, 9, 3], window: [3, 3], outputs: 13, ...relu, same: true },
  { x: [1, 5, 6, 13], window: [3, 3], outputs: 257, activation: "relu", same: true },
  { x: [1, 4, 5, 257], window: [3, 3], outputs: 3, activation: "relu6" },
  { x: [2, 9, 8, 1], window: [3, 3], outputs: 1, pool: true, bias: false },
  { x: [5, 6, 7, 2], window: [3, 3], outputs: 20, activation: "relu6", pool: true, same: true },
  { x: [4, 7, 5, 40], window: [1, 1], outputs: 33, activation: "relu" },
  { x: [2, 4, 6, 5], window: [1, 1], outputs: 7, ...relu },
  { x: [2, 9, 10, 3], window: [5, 5], outputs: 6, ...relu, same: true },
  { x: [2, 9, 10, 1], window: [5, 4], outputs: 17, bias: false },
  {
    x: [3, 9, 10, 3],
    window: [3, 3],
    outputs: 24,
    activation: "relu",
    stride: 2,
    same: true,
  },
  { x: [3, 9, 10, 4], window: [3, 3], outputs: 8, ...relu, stride: 2, first: true },
  { x: [3, 11, 10, 13], window: [3, 3], outputs: 8, activation: "relu6", stride: 2 },
  { x: [2, 8, 9, 4], window: [5, 3], outputs: 257, stride: 3, same: true },
  { x: [3, 6, 5, 13], window: [1, 1], outputs: 5, stride: 2, same: true },
  { x: [1, 3, 3, 1], window: [3, 3], outputs: 1 },
  { x: [3, 9, 10, 2], window: [3, 3], outputs: 21, ...relu, range: [0, 5] },
  { x: [2, 9, 8, 3], window: [3, 3], outputs: 16, ...relu, range: [-1.3, 4.9], same: true },
  { x: [2, 6, 6, 1], window: [3, 3], outputs: 5, ...relu, range: [0, 0] },
  { x: [2, 7, 6, 4], window: [3, 3], outputs: 18, pool: true, range: [-6, 5] },
  // Gradients of these leave the products out that pooling makes 0, or know few values in a window.
  { x: [5, 9, 11, 32], window: [3, 3], outputs: 13, ...relu, same: true },
  { x: [2, 10, 7, 16], window: [5, 4], outputs: 3, pool: true, first: true, same: true },
  { x: [1, 33, 12, 16], window: [2, 3], outputs: 5, activation: "relu6", pool: true, stride: 2 },
  { x: [9, 12, 9, 1], window: [3, 2], outputs: 48, ...relu, first: true, same: true },
];

/** TensorFlow's ops alone, as graphs have them: the gradient of a ReLU6 ends below 6. */
const reference = <T>(run: () => T) => withoutKernels(() => withNativeOps(run));

describe.runIf(addon)("the library's own convolution", () => {
  it.each(cases)("has the numbers of TensorFlow's ops for whole numbers: %j", (options) => {
    tf.tidy(() => {
      const numbers = numbersFor(options, true);
      const y = composed(options, numbers);
      const dy = tf.randomNormal(y.shape, 0, 2, "float32", 4).round();
      const expected = [
        ...[y, ...reference(() => composedGradients(options, numbers, dy))],
        ...(options.range ? [composedValues(options, numbers)] : []),
      ];
      onEachMachine((machine) => {
        const found = own(options, numbers);
        const values = options.range ? [found[2]] : [];
        const all = [found[0], ...ownGradients(options, numbers, dy, found), ...values];
        for (const [i, tensor] of all.entries()) {
          expect(tensor.shape, machine).toEqual(expected[i]!.shape);
          // 0 and -0 are equal.
          const [a, b] = [tensor, expected[i]!].map((tensor) => tensor.add(0).dataSync());
          expect(a, `${machine}, ${i}`).toEqual(b);
        }
      });
    });
  });

  // A code may change where a last bit does.
  it.each(cases.filter(({ range }) => !range))(
    "is within 1e-5 of the largest value of TensorFlow's: %j",
    (options) => {
      tf.tidy(() => {
        const numbers = numbersFor(options, false);
        const y = composed(options, numbers);
        const dy = tf.randomNormal(y.shape, 0, 2, "float32", 4);
        const expected = [y, ...reference(() => composedGradients(options, numbers, dy))];
        /** The bits with one thread, by set of instructions. */
        const bits = new Map<string, Int32Array[]>();
        onEachMachine((machine) => {
          const found = own(options, numbers);
          const all = [found[0], ...ownGradients(options, numbers, dy, found)];
          all.forEach((tensor, i) => {
            expect(difference(expected[i]!, tensor), `${machine}, ${i}`).toBeLessThan(1e-5);
          });
          const set = machine.split(",")[0]!;
          const first = bits.get(set);
          if (first) expect(all.map(bitsOf), machine).toEqual(first);
          else bits.set(set, all.map(bitsOf));
        });
      });
    },
  );

  it("has no output, and gradients of 0, where no window is whole", () => {
    tf.tidy(() => {
      const options: Case = { x: [2, 3, 3, 2], window: [3, 3], outputs: 4, ...relu };
      const numbers = numbersFor(options, false);
      const found = own(options, numbers);
      expect(found[0].shape).toEqual([2, 0, 0, 4]);
      const gradients = ownGradients(options, numbers, found[0], found);
      expect(gradients.map(({ shape }) => shape.length)).toEqual([4, 4, 1]);
      for (const gradient of gradients) expect(gradient.abs().sum().dataSync()[0]).toBe(0);
      const none = { ...options, x: [0, 8, 8, 2] as Case["x"] };
      expect(own(none, numbersFor(none, false))[0].shape).toEqual([0, 3, 3, 4]);
    });
  });

  it("refuses shapes that don't fit", () => {
    const options: Case = { x: [2, 8, 8, 2], window: [3, 3], outputs: 4, ...relu };
    const { x, filter, bias } = numbersFor(options, false);
    const found = own(options, { x, filter, bias });
    const call = (numbers: object, dy = found[0]) => {
      const all = { x, filter, bias, ...numbers };
      return () => [own(options, all), ownGradients(options, all, dy, found)];
    };
    expect(call({ filter: tf.zeros([3, 3, 3, 4]) })).toThrow(/needs images \[n, height, width/);
    expect(call({ bias: tf.zeros([3]) })).toThrow(/needs a bias for each output, or none/);
    expect(call({}, tf.zeros([2, 6, 6, 4]))).toThrow(/doesn't have the shape/);
  });

  it("has the gradients of finite differences in float64", () => {
    const options: Case = { x: [2, 6, 5, 2], window: [3, 3], outputs: 3, ...relu, same: true };
    const { x, filter, bias } = numbersFor(options, false);
    const found = own(options, { x, filter, bias });
    const dy = tf.randomNormal(found[0].shape, 0, 1, "float32", 5);
    const gradients = ownGradients(options, { x, filter, bias }, dy, found);
    const values = [x, filter, bias].map((tensor) => Float64Array.from(tensor.dataSync()));
    const weights = dy.dataSync();
    const loss = () =>
      pooledConvolution(options, values).reduce((sum, y, i) => sum + y * weights[i]!, 0);
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

/** A 3 × 3 convolution with a border, its bias, ReLU and max pooling, in float64. */
function pooledConvolution({ x, outputs }: Case, [images, filter, bias]: Float64Array[]) {
  const [count, height, width, channels] = x;
  const sum = (n: number, i: number, j: number, o: number) => {
    let total = bias![o]!;
    for (let k = 0; k < 9 * channels; k++) {
      const [place, c] = [Math.floor(k / channels), k % channels];
      const [row, column] = [i + Math.floor(place / 3) - 1, j + (place % 3) - 1];
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      total +=
        images![((n * height + row) * width + column) * channels + c]! * filter![k * outputs + o]!;
    }
    return Math.max(total, 0);
  };
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  return Array.from({ length: count * rows * columns * outputs }, (_, at) => {
    const [o, place] = [at % outputs, Math.floor(at / outputs)];
    const [j, i, n] = [
      place % columns,
      Math.floor(place / columns) % rows,
      Math.floor(place / columns / rows),
    ];
    const window = [0, 1].flatMap((a) => [0, 1].map((b) => sum(n, 2 * i + a, 2 * j + b, o)));
    return Math.max(...window);
  });
}
