import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { difference, randomize } from "../fixtures/networks.js";

const { tf } = q;
const { layers } = tf;
type Symbolic = q.tf.SymbolicTensor;
const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
const pixels = tf.randomUniform([16, 4, 4, 1], 0, 256, "int32", 1);

function network(dtype: "int32" | "float32"): q.tf.LayersModel {
  const input = tf.input({ shape: [4, 4, 1], name: "pixels", dtype });
  const flat = layers.flatten({}).apply(input);
  const hidden = layers.dense({ name: "hidden", units: 5, activation: "relu" }).apply(flat);
  const outputs = layers.dense({ name: "logits", units: 3 }).apply(hidden) as Symbolic;
  return randomize(tf.model({ inputs: input, outputs }), 1);
}

it.each(["int32", "float32"] as const)(
  "an input of type %s takes whole numbers, which are rounded as floats",
  { tags: "slow" },
  async (dtype) => {
    const model = network(dtype);
    const before = tf.memory().numTensors;
    const prepared = await q.prepare(model, scheme, { calibration: { xs: pixels } });
    const floats = pixels.toFloat();
    const given = prepared.predict(pixels) as q.tf.Tensor;
    const expected = prepared.predict(floats) as q.tf.Tensor;
    expect(given.dataSync()).toEqual(expected.dataSync());
    expect(difference(model, prepared, pixels)).toBeLessThan(30);
    const ys = tf.zeros([16, 3]);
    const options = {
      epochs: 11,
      batchSize: 8,
      loss: "meanSquaredError",
      progress: false,
    } as const;
    const history = await q.fit(prepared, { xs: pixels, ys }, options);
    expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss);
    prepared.dispose();
    tf.dispose([floats, given, expected, ys]);
    expect(tf.memory().numTensors).toBe(before);
  },
);

it("a layer may be used on inputs of different lengths", async () => {
  const words = layers.embedding({ name: "words", inputDim: 9, outputDim: 4 });
  const inputs = [3, 5].map((length, i) => tf.input({ shape: [length], name: `text${i}` }));
  const means = inputs.map((input) =>
    layers.globalAveragePooling1d({}).apply(words.apply(input) as Symbolic),
  );
  const sum = layers.add().apply(means as Symbolic[]) as Symbolic;
  const outputs = layers.dense({ name: "logits", units: 2 }).apply(sum) as Symbolic;
  const model = randomize(tf.model({ inputs, outputs }), 1);
  const xs = [3, 5].map((length) => tf.randomUniform([16, length], 0, 9, "int32", 1));
  const prepared = await q.prepare(model, scheme, { calibration: { xs } });
  const [float, quantized] = [model, prepared].map((one) => one.predict(xs) as q.tf.Tensor);
  expect(float!.sub(quantized!).abs().max().dataSync()[0]).toBeLessThan(0.05);
});

it("an input of one value takes values of shape [size], in a list, alone or by name", async () => {
  const dense = layers.dense({ name: "first", units: 4, activation: "relu", inputShape: [1] });
  const line = randomize(tf.sequential({ layers: [dense, layers.dense({ units: 1 })] }), 1);
  const values = tf.linspace(-1, 1, 50);
  const column = values.expandDims(1);
  const ranges = async (xs: q.tf.Tensor | q.tf.Tensor[] | { [name: string]: q.tf.Tensor }) => {
    const prepared = await q.prepare(line, scheme, { calibration: { xs } });
    return prepared.getWeights().map((weight) => [...weight.dataSync()]);
  };
  const expected = await ranges(column);
  for (const xs of [values, [values], { first_input: column }]) {
    expect(await ranges(xs)).toEqual(expected);
  }
});

it.each([
  ["text", () => tf.fill([8, 1], "a"), "a tensor of type string as xs (expected numbers)"],
  [
    "complex numbers",
    () => tf.complex(tf.ones([8, 1]), tf.ones([8, 1])),
    "a tensor of type complex64 as xs (expected numbers)",
  ],
  [
    "a tensor that is disposed of",
    () => {
      const xs = tf.ones([8, 1]);
      xs.dispose();
      return xs;
    },
    "xs is disposed (make it again)",
  ],
  [
    "a name that no input has",
    () => ({ first_input: tf.ones([8, 1]), second: tf.ones([8, 1]) }),
    "unknown name second in xs",
  ],
  ["other sizes", () => tf.ones([8, 3]), "tensors of shape [8, 3] for model"],
])("inputs refuse %s, in calibration and in training", async (_, make, message) => {
  const dense = layers.dense({ name: "first", units: 1, inputShape: [1] });
  const model = tf.sequential({ layers: [dense] });
  const xs = make();
  await expect(q.prepare(model, scheme, { calibration: { xs } })).rejects.toThrow(
    `invalid calibration: ${message}`,
  );
  const data = { xs, ys: tf.ones([8, 1]) };
  await expect(q.fit(model, data, { epochs: 1, loss: "meanSquaredError" })).rejects.toThrow(
    /^invalid data: /,
  );
});
