import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { inColumns } from "../../../src/tensorflow/fakeQuant/columns.js";
import { fakeQuantComposed } from "../../../src/tensorflow/fakeQuant/composed.js";
import { fakeQuantNative } from "../../../src/tensorflow/fakeQuant/native.js";
import { fakeQuantKernels } from "../../../src/tensorflow/kernels/fakeQuant.js";
import { withoutKernels } from "../../../src/tensorflow/kernels/library.js";
import { tf } from "../../../src/tensorflow/tf.js";
import { addon, bytesOf, onEachMachine, ranges, valuesFor } from "./values.js";

type Blocks = [before: number, size: number, after: number];

/** Values in and around the ranges of their blocks, and gradients. */
function inputs([before, size, after]: Blocks, bits: number, seed = 1) {
  const range = ranges(before * after, seed);
  const columns = tf.tensor(valuesFor(size, range, bits, seed), [size, before, after]);
  return {
    x: tf.transpose(columns, [1, 0, 2]),
    dy: tf.randomNormal([before, size, after], 0, 1, "float32", seed),
    min: tf.tensor(range.min, [before, after]),
    max: tf.tensor(range.max, [before, after]),
  };
}

const twinOf = (bits: number) => inColumns(bits > 1 ? fakeQuantNative : fakeQuantComposed);
const shapes: Blocks[] = [
  [2, 1, 1],
  [7, 31, 1],
  [41, 8, 3],
  [5, 33, 13],
  [2, 9, 257],
  [130, 30, 1],
];

describe.runIf(addon)("the kernel of fake quantization in blocks", () => {
  it.each(shapes)("has the bits of TensorFlow's op for [%i, %i, %i]", (...shape) => {
    for (const bits of [1, 4, 8]) {
      for (const narrowRange of [false, bits > 1]) {
        const attributes = { bits, narrowRange };
        tf.tidy(() => {
          const { x, dy, min, max } = inputs(shape, bits);
          const twin = twinOf(bits);
          const value = bytesOf(twin.forward(x, min, max, attributes));
          const dx = bytesOf(twin.backward(dy, x, min, max, attributes)[0]!);
          const found = fakeQuantKernels.forward(x, min, max, attributes);
          expect(bytesOf(found).equals(value)).toBe(true);
          for (const way of ["backward", "forX", "withRounding"] as const) {
            const found = fakeQuantKernels[way](dy, x, min, max, attributes);
            expect(bytesOf(found[0]!).equals(dx), way).toBe(true);
          }
        });
      }
    }
  });

  it.each([[[220, 300, 1]], [[160, 33, 13]]] as [Blocks][])(
    "adds gradients up to 1e-6 of their sizes for %j, the same with all instructions and threads",
    (shape) => {
      tf.tidy(() => {
        const { x: any, dy, min, max } = inputs(shape, 3, 2);
        const x = tf.where(tf.isFinite(any), any, tf.zerosLike(any));
        const attributes = { bits: 3, narrowRange: false };
        const all = () => [
          fakeQuantKernels.forward(x, min, max, attributes),
          ...fakeQuantKernels.withRounding(dy, x, min, max, attributes),
        ];
        const [value, dx, ...sums] = all();
        const outside = tf.sub(dy, dx!);
        const positive = tf.mul(outside, tf.cast(tf.greater(x, 0), "float32"));
        const rounding = tf.mul(dx!, tf.sub(value!, x));
        [tf.sub(outside, positive), positive, rounding].forEach((terms, kind) => {
          const [exact, size] = [terms, tf.abs(terms)].map((t) => sums64(t, shape));
          const found = [...sums[kind]!.dataSync()];
          const wrong = found.filter((sum, i) => Math.abs(sum - exact![i]!) > 1e-6 * size![i]!);
          expect(wrong, `sum ${kind}`).toEqual([]);
        });
        const expected = [value!, dx!, ...sums].map(bytesOf);
        onEachMachine((machine) => {
          const found = tf.tidy(() => all().map(bytesOf));
          found.forEach((bits, i) => {
            expect(bits.equals(expected[i]!), machine).toBe(true);
          });
        });
      });
    },
  );

  it("computes nothing of nothing, and refuses ranges of another shape", () => {
    const attributes = { bits: 4, narrowRange: false };
    const ends = (shape: number[]) => [tf.fill(shape, -1), tf.ones(shape)] as const;
    const run = (shape: number[], by: number[]) =>
      fakeQuantKernels.forward(tf.ones(shape), ...ends(by), attributes).shape;
    expect(run([0, 4, 3], [0, 3])).toEqual([0, 4, 3]);
    expect(run([2, 0, 3], [2, 3])).toEqual([2, 0, 3]);
    const [dx, below] = fakeQuantKernels.backward(
      tf.ones([2, 0, 3]),
      tf.ones([2, 0, 3]),
      ...ends([2, 3]),
      attributes,
    );
    expect([dx!.shape, [...below!.dataSync()]]).toEqual([
      [2, 0, 3],
      [0, 0, 0, 0, 0, 0],
    ]);
    const message = "min and max don't have the shape of x's channels";
    expect(() => run([2, 4, 3], [1, 3])).toThrow(message);
    expect(() => run([2, 4, 3], [2, 4])).toThrow(message);
    expect(() => run([8, 3], [8, 3])).toThrow(message);
  });
});

/** The sums of each block's terms, in 64 bits. */
function sums64(terms: tf.Tensor, [before, size, after]: Blocks): Float64Array {
  const sums = new Float64Array(before * after);
  terms.dataSync().forEach((term, i) => {
    sums[Math.floor(i / (size * after)) * after + (i % after)]! += term;
  });
  return sums;
}

describe("fakeQuantize in groups and by tokens", () => {
  it.each([
    ["groups of a kernel's inputs", { per: "group", groupSize: 4 }, [8, 12, 5], 120],
    ["groups of activations", { per: "group", groupSize: 4, axis: -1 }, [3, 7, 12], 63],
    ["one group", { per: "group", groupSize: 12 }, [12, 5], 5],
    ["tokens", { per: "token" }, [3, 7, 13], 21],
    ["one token", { per: "token" }, [13], 1],
  ] as const)(
    "has the same values and gradients with the kernels and without for %s",
    (_, sharing, shape, scales) => {
      const format = q.int(4, sharing);
      const { min, max } = ranges(scales, 3);
      const x = tf.randomNormal([...shape], 0, 1, "float32", 1);
      const round = (x: tf.Tensor) => q.fakeQuantize(x, format, { min, max });
      const both = () => {
        const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => round(x).mul(x).sum())(x);
        return [round(x), value, grad].map((t) => [...t.dataSync()]);
      };
      const [values, , gradients] = both();
      expect(withoutKernels(both)).toEqual([values, expect.anything(), gradients]);
      const columns = q.int(4, { per: "channel" });
      expect(new Set(gradients).size).toBeGreaterThan(1);
      if (sharing.per === "token") {
        const rows = tf.transpose(x.reshape([scales, -1]));
        const expected = tf.transpose(q.fakeQuantize(rows, columns, { min, max }));
        expect(values).toEqual([...expected.dataSync()]);
      }
    },
  );

  it("refuses a number of ranges that isn't that of the groups", () => {
    const [min, max] = [
      [-1, -1],
      [1, 1],
    ];
    const format = q.int(4, { per: "group", groupSize: 2 });
    expect(() => q.fakeQuantize(tf.ones([8, 3]), format, { min, max })).toThrow(
      "invalid range: 2 for a tensor of shape [8,3], which has 12 groups (expected one for each)",
    );
  });
});
