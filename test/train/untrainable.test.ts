import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { numbers } from "../tensorflow/compile/numbers.js";

const { tf } = q;
const { layers } = tf;
type Layer = InstanceType<typeof layers.Layer>;

const images = q.dataset(
  numbers([8, 6, 6, 2]),
  Int32Array.from({ length: 8 }, (_, i) => i % 2),
);
const options = { epochs: 1, progress: false } as const;
const conv = (trainable = true) =>
  layers.conv2d({ filters: 2, kernelSize: 1, trainable, inputShape: [6, 6, 2] });
const through = (...list: Layer[]) =>
  tf.sequential({ layers: [...list, layers.flatten({}), layers.dense({ units: 2 })] });
const crop = (more?: object) => layers.centerCrop({ name: "crop", height: 4, width: 4, ...more });

describe("a layer that isn't trained", () => {
  const dilated = { name: "wide", filters: 2, kernelSize: 2, dilationRate: 2 } as const;
  it.each<[string, Layer, RegExp]>([
    ["CenterCrop", crop(), /cannot train layer "crop" \(CenterCrop\): .* no gradient of/],
    [
      "a convolution with a dilation and strides",
      layers.conv2d({ ...dilated, strides: 2 }),
      /cannot train layer "wide" \(Conv2D\): .* both strides and a dilation/,
    ],
    [
      "the same inside a wrapper",
      layers.timeDistributed({
        name: "steps",
        layer: layers.conv1d({ ...dilated, strides: 2 }),
      }),
      /cannot train layer "steps" \(TimeDistributed\): .* both strides and a dilation/,
    ],
    [
      "a transposed convolution with a dilation",
      layers.conv2dTranspose(dilated),
      /cannot train layer "wide" \(Conv2DTranspose\): .* passes over the dilation/,
    ],
    [
      "an activity regularizer that tfjs passes over",
      layers.timeDistributed({
        name: "steps",
        layer: layers.dense({ units: 2, activityRegularizer: "l1l2" }),
      }),
      /cannot train layer "steps" \(TimeDistributed\): .* activityRegularizer/,
    ],
  ])("is refused by name, and nothing leaks: %s", async (_, layer, message) => {
    const model = through(conv(), layer);
    const scheme = q.scheme({ weights: q.int(4) });
    const before = tf.memory().numTensors;
    await expect(q.fit(model, images, options)).rejects.toThrow(message);
    await expect(q.prepare(model, scheme, { calibration: images })).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("trains where no gradient goes through it", async () => {
    for (const model of [through(crop({ inputShape: [6, 6, 2] })), through(conv(false), crop())]) {
      const history = await q.fit(model, images, options);
      expect(Number.isFinite(history[0]!.loss)).toBe(true);
    }
  });

  it("is quantized all the same, where it computes, and then isn't trained either", async () => {
    const model = through(conv(), crop());
    const scheme = q.scheme({ weights: q.int(8), activations: q.int(8) });
    const quantized = await q.quantize(model, scheme, { calibration: images });
    await expect(q.fit(quantized, images, options)).rejects.toThrow(
      /cannot train layer "crop" \(QuantizedLayer\): .* no gradient/,
    );
  });
});

describe("a layer whose gradient tfjs lacks", () => {
  const x = tf.tensor2d([
    [-1, 0.2, 0.6],
    [0, 0, 0],
  ]);
  const gradient = (layer: Layer, at: q.tf.Tensor, dy?: q.tf.Tensor) =>
    tf
      .grad((value) => layer.apply(value, { training: true }) as q.tf.Tensor)(at, dy)
      .arraySync();

  it("passes it where the values pass", () => {
    expect(gradient(layers.thresholdedReLU({ theta: 0.5 }), x)).toEqual([
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect(gradient(layers.masking({ maskValue: 0 }), x)).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ]);
  });

  it("takes a softmax along any axis", () => {
    const values = numbers([2, 3, 4]);
    const expected = tf.softmax(values.transpose([0, 2, 1])).transpose([0, 2, 1]);
    const softmax = layers.softmax({ axis: 1 }).apply(values) as q.tf.Tensor;
    expect(softmax.sub(expected).abs().max().dataSync()[0]).toBe(0);
  });

  it.each([
    [[0, 3, 1, 2], [5, 2, 4, 3], 1],
    [[0, 1, 2, 3], [5, 2, 4, 3], -1],
  ])("normalizes batches along an axis as with channels last: order %s", (order, shape, axis) => {
    const values = numbers(shape);
    const dy = numbers(shape, 2);
    const last = axis === 1 ? [0, 2, 3, 1] : [0, 1, 2, 3];
    const plain = gradient(
      layers.batchNormalization({}),
      values.transpose(last),
      dy.transpose(last),
    );
    const moved = tf.tensor(plain as number[][][][]).transpose(order);
    // Without a scale and a shift, which are 1 and 0 here, the values are the same.
    const bare = layers.batchNormalization({ axis, scale: false, center: false });
    const difference = tf.tensor(gradient(bare, values, dy) as number[][][][]).sub(moved);
    expect(difference.abs().max().dataSync()[0]).toBeLessThan(1e-5);
  });

  it("normalizes a batch of volumes as rows of channels", () => {
    const volumes = numbers([4, 2, 2, 2, 3]);
    const [a, b] = [volumes, volumes.reshape([32, 3])].map((one) =>
      (layers.batchNormalization({}).apply(one, { training: true }) as q.tf.Tensor).dataSync(),
    );
    expect(a).toEqual(b);
  });
});
