import { describe, expect, it } from "vitest";
import { expConstants, integerExp, integerRoot } from "../../src/integer/arithmetic/index.js";
import type { IntegerTensor } from "../../src/integer/index.js";
import { generator } from "../fixtures/generator.js";
import { constant, oneOp, tensor, valuesOf } from "./oneOp.js";

const largestError = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe("the whole-number functions of I-BERT", () => {
  it("take the square root, rounded down", () => {
    for (const n of [0, 1, 2, 3, 4, 8, 99, 100, 2 ** 31 - 1, 2 ** 52, 67108864 ** 2 - 1]) {
      expect(integerRoot(n), `${n}`).toBe(Math.floor(Math.sqrt(n)));
    }
    const random = generator(3);
    for (let i = 0; i < 300; i++) {
      const root = Math.floor(random() * 2 ** 26);
      expect(integerRoot(root * root)).toBe(root);
      if (root > 1) expect(integerRoot(root * root - 1)).toBe(root - 1);
    }
  });

  it("come within 0.0025 of exp: the paper's polynomial is off by 0.0019, its floors by the rest", () => {
    const scale = 2 ** -10;
    const constants = expConstants(scale);
    const errors = Array.from({ length: 8192 }, (_, q) => {
      const value = integerExp(-q, constants) * 0.3585 * scale * scale;
      return Math.abs(value - Math.exp(-q * scale));
    });
    expect(Math.max(...errors)).toBeLessThan(0.0025);
    expect(Math.max(...errors)).toBeGreaterThan(0.001);
  });
});

/** Random codes from −127 to 127. */
function drawn(seed: number, length: number): Int8Array {
  const random = generator(seed);
  return Int8Array.from({ length }, () => Math.floor(random() * 255) - 127);
}

describe("the integer softmax", () => {
  it("comes within one code of softmax in float64", () => {
    const output = tensor([4, 12], {
      scale: Float32Array.of(1 / 256),
      zeroPoint: Int32Array.of(-128),
    });
    for (const scale of [0.01, 0.05, 0.2, 1]) {
      const input = tensor([4, 12], { scale: Float32Array.of(scale) });
      const codes = drawn(5, 48);
      const [result] = oneOp({ type: "integerSoftmax" }, [input, output]).run([codes]);
      const xs = valuesOf(codes, input);
      const expected = xs.map((x, i) => {
        const row = xs.slice(i - (i % 12), i - (i % 12) + 12);
        return Math.min(255 / 256, 1 / row.reduce((sum, other) => sum + Math.exp(other - x), 0));
      });
      expect(largestError(valuesOf(result!, output), expected), `${scale}`).toBeLessThan(1.1 / 256);
    }
  });
});

describe("the integer layer normalization", () => {
  it.each([4, 16, 100, 1024])("of %i codes comes within 0.6 codes of float64", (n) => {
    const input = tensor([1, 3, n], { zeroPoint: Int32Array.of(20) });
    const gamma = constant([n], 0.01, (i) => ((i * 37) % 200) - 60);
    const beta = constant([n], 0.01 / 4096, (i) => ((i % 9) - 4) * 40960, "int32");
    const output = tensor([1, 3, n], { scale: Float32Array.of(0.04) });
    const codes = drawn(n, 3 * n);
    codes.fill(7, 0, n);
    const epsilon = 1e-3;
    const op = { type: "layerNorm", epsilon } as const;
    const [result] = oneOp(op, [input, gamma, beta, output]).run([codes]);
    const xs = valuesOf(codes, input);
    const [gammas, betas] = [gamma, beta].map((each) => valuesOf(each.codes!, each));
    const expected = [0, 1, 2].flatMap((row) => {
      const values = xs.slice(row * n, (row + 1) * n);
      const mean = values.reduce((sum, value) => sum + value / n, 0);
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0);
      return values.map((value, i) => {
        const exact = ((value - mean) / Math.sqrt(variance + epsilon)) * gammas![i]! + betas![i]!;
        return Math.max(-128 * 0.04, Math.min(127 * 0.04, exact));
      });
    });
    expect(largestError(valuesOf(result!, output), expected)).toBeLessThan(0.6 * 0.04);
  });

  it("refuses rows whose sums of squares don't fit", () => {
    const shape = [1, 1025];
    const tensors = [tensor(shape), constant([1025], 1, () => 1), constant([1025], 1, () => 1)];
    expect(() => oneOp({ type: "layerNorm", epsilon: 0 }, [...tensors, tensor(shape)])).toThrow(
      "invalid width of layer `the layer`: 1025 (expected at most 1024",
    );
  });
});

const [time, features, units] = [12, 5, 8];

/** The tensors of a GRU: input, kernels, recurrent kernels, biases, recurrent biases, output. */
function gruTensors(seed: number): IntegerTensor[] {
  const random = generator(seed);
  const code = (largest: number) => () => (random() * 2 - 1) * largest;
  const input = tensor([1, time, features], { scale: Float32Array.of(0.02) });
  const output = tensor([1, time, units], { scale: Float32Array.of(1 / 128) });
  const three = (make: () => IntegerTensor) => Array.from({ length: 3 }, make);
  return [
    input,
    ...three(() => constant([units, features], 0.008, code(127))),
    ...three(() => constant([units, units], 0.006, code(127))),
    ...three(() => constant([units], 0.02 * 0.008, code(2000), "int32")),
    ...three(() => constant([units], 0.006 / 128, code(6000), "int32")),
    output,
  ];
}

/** A GRU in float64 with the values of the tensors' codes. */
function floatGru(tensors: IntegerTensor[], codes: ArrayLike<number>, resetAfter: boolean) {
  const xs = valuesOf(codes, tensors[0]!);
  const constants = tensors.slice(1, 13).map((each) => valuesOf(each.codes!, each));
  const product = (matrix: number[], vector: number[]) =>
    Array.from({ length: units }, (_, u) =>
      vector.reduce((sum, value, k) => sum + value * matrix[u * vector.length + k]!, 0),
    );
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  let h = new Array<number>(units).fill(0);
  return Array.from({ length: time }, (_, t) => {
    const x = xs.slice(t * features, (t + 1) * features);
    const kernelPart = (gate: number) =>
      product(constants[gate]!, x).map((value, u) => value + constants[6 + gate]![u]!);
    const recurrentPart = (gate: number, state: number[]) =>
      product(constants[3 + gate]!, state).map(
        (value, u) => value + (resetAfter ? constants[9 + gate]![u]! : 0),
      );
    const gate = (index: number) => {
      const recurrent = recurrentPart(index, h);
      return kernelPart(index).map((value, u) => sigmoid(value + recurrent[u]!));
    };
    const [z, r] = [gate(0), gate(1)];
    const inner = resetAfter
      ? recurrentPart(2, h).map((value, u) => value * r[u]!)
      : recurrentPart(
          2,
          h.map((value, u) => value * r[u]!),
        );
    const candidate = kernelPart(2).map((value, u) => Math.tanh(value + inner[u]!));
    h = h.map((value, u) => z[u]! * value + (1 - z[u]!) * candidate[u]!);
    return h;
  }).flat();
}

describe("the integer GRU", () => {
  it.each([true, false])(
    "with resetAfter %s stays within 2 codes of float64 over 12 steps",
    (resetAfter) => {
      const errors = [1, 2, 3, 4, 5].map((seed) => {
        const tensors = gruTensors(seed);
        const codes = drawn(seed, time * features);
        const [result] = oneOp({ type: "gru", resetAfter }, tensors).run([codes]);
        const output = tensors.at(-1)!;
        return largestError(valuesOf(result!, output), floatGru(tensors, codes, resetAfter));
      });
      expect(Math.max(...errors)).toBeLessThan(2 / 128);
    },
  );

  it("begins each run with an empty state", () => {
    const engine = oneOp({ type: "gru", resetAfter: true }, gruTensors(1));
    const first = engine.run([drawn(1, time * features)]);
    engine.run([drawn(2, time * features)]);
    expect(engine.run([drawn(1, time * features)])).toEqual(first);
  });
});
