import { describe, expect, it } from "vitest";
import { fakeQuantKernels } from "../../../src/tensorflow/kernels/fakeQuant.js";
import { layerNormalizationKernel } from "../../../src/tensorflow/kernels/layerNormalization.js";
import { withoutKernels } from "../../../src/tensorflow/kernels/library.js";
import { maxPoolGradient } from "../../../src/tensorflow/kernels/maxPool.js";
import {
  type MinifloatAttributes,
  minifloatKernel,
} from "../../../src/tensorflow/kernels/minifloat.js";
import { recurrentKernel } from "../../../src/tensorflow/kernels/recurrent.js";
import { nodeBackend } from "../../../src/tensorflow/loading/nodeBackend.js";
import { tf } from "../../../src/tensorflow/tf.js";
import { own, ownGradients } from "./convolutions.js";
import { addon, onEachMachine } from "./values.js";

const grid = { bits: 4, narrowRange: false };
const format: MinifloatAttributes = {
  ...{ exponentBits: 4, mantissaBits: 3, bias: 7, saturate: true },
  specials: "nan",
};
/** A length that 32 bits don't hold. */
const long = 2 ** 32 + 3;
const none = (...shape: number[]) => tf.tensor([], shape, "float32");

/** Every kernel with tensors of given shapes. */
const kernels: Record<string, (shape: number[]) => tf.Tensor[]> = {
  "fake quantization": (shape) => {
    const x = none(...shape);
    const ends = [tf.scalar(-1), tf.scalar(2)] as const;
    return [
      fakeQuantKernels.forward(x, ...ends, grid),
      ...fakeQuantKernels.withRounding(x, x, ...ends, grid),
    ];
  },
  "small floating-point formats": (shape) => [
    minifloatKernel(none(0, ...shape), none(0, shape.at(-1)!), format),
    minifloatKernel(none(...shape, 0), undefined, format),
  ],
  "layer normalization": (shape) => {
    const run = (x: tf.Tensor) => layerNormalizationKernel(x, { epsilon: 1e-3 });
    const x = none(shape[0]!, shape.at(-1)!);
    return [run(x), tf.grad(run)(x)];
  },
  "max pooling": (shape) => [
    nodeBackend().executeSingleOutput(
      maxPoolGradient,
      [],
      [none(shape[0]!, 2, Math.floor(shape.at(-1)! / 2), 0), none(shape[0]!, 4, shape.at(-1)!, 0)],
    ),
  ],
};

describe.runIf(addon)("a kernel", () => {
  it.each(Object.entries(kernels))("takes no values in every shape: %s", (_, run) => {
    for (const shape of [
      [0, 3],
      [5, 0],
      [0, 0],
      [0, long],
    ]) {
      onEachMachine((machine) => {
        tf.tidy(() => {
          for (const tensor of run(shape)) {
            const values = [...tensor.dataSync()];
            expect(
              values.every((value) => value === 0 || Number.isNaN(value)),
              machine,
            ).toBe(true);
          }
        });
      });
    }
  });

  it("of a convolution takes no images, even of lengths whose product 64 bits don't hold", () => {
    const options = { x: [0, long, long, 2], window: [3, 3], outputs: 5 } as never;
    const numbers = {
      x: none(0, long, long, 2),
      filter: tf.ones([3, 3, 2, 5]),
      bias: tf.ones([5]),
    };
    tf.tidy(() => {
      const found = own(options, numbers);
      expect(found[0].shape).toEqual([0, long - 2, long - 2, 5]);
      const gradients = ownGradients(options, numbers, found[0], found);
      expect(gradients.map(({ shape }) => shape)).toEqual([[0, long, long, 2], [3, 3, 2, 5], [5]]);
      for (const gradient of gradients.slice(1)) expect(gradient.max().dataSync()[0]).toBe(0);
    });
  });

  it.each(["Lstm", "Gru"] as const)("of an %s takes no examples, however many steps", (kind) => {
    const gates = kind === "Lstm" ? 4 : 3;
    const call = {
      ...{ x: none(0, long, 3), hard: true, sequences: true },
      ...{ kernel: tf.ones([3, gates * 2]), recurrentKernel: tf.ones([2, gates * 2]) },
    };
    // tfjs's own reshapes keep 32 bits of a length.
    expect(tf.tidy(() => recurrentKernel(kind, call)[0]!.size)).toBe(0);
  });

  // The sanitizers end a process that asks for so much.
  const watched = /lib[at]san/.test(process.env.LD_PRELOAD ?? "");

  it.skipIf(watched)("without the memory that it needs fails by itself", () => {
    const options = { x: [2, 2 ** 40, 0, 1], window: [3, 3], outputs: 1, same: true } as never;
    const numbers = {
      ...{ x: none(2, 2 ** 40, 0, 1), filter: tf.ones([3, 3, 1, 1]), bias: tf.ones([1]) },
    };
    onEachMachine(() => {
      const found = own(options, numbers);
      const run = () => ownGradients(options, numbers, found[0], found);
      expect(run).toThrow(/a kernel needs more memory/);
    });
  });

  it("of fake quantization refuses more bits than the library has", () => {
    const run = (bits: number) =>
      fakeQuantKernels.forward(tf.ones([2]), tf.scalar(0), tf.scalar(1), { ...grid, bits });
    expect(() => run(17)).toThrow(/fake quantization has 1 to 16 bits/);
    expect(run(16).dataSync()).toEqual(Float32Array.of(1, 1));
  });

  it("of fake quantization refuses ranges that don't fit, as its twin does", () => {
    const x = tf.ones([2, 3]);
    const run = () => fakeQuantKernels.forward(x, tf.zeros([2]), tf.ones([2]), grid);
    expect(run).toThrow(/min and max don't have the shape of x's channels/);
    expect(() => withoutKernels(run)).toThrow();
  });
});
