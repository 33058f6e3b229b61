import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../src/index.js";
import { any, cnn, digits, refuses } from "./fixtures/index.js";

const { tf } = q;

let train: q.Dataset;
let model: q.tf.LayersModel;
let scheme: q.Scheme;
let gone: { model: q.tf.LayersModel; data: q.Dataset };

const provenance = { name: "toy", source: "here", licence: "CC0" };
const dataset = (xs: unknown, ys: unknown, classes = 10) =>
  new q.Dataset(any(xs), any(ys), { classes, provenance });
const labels = (...numbers: number[]) => tf.tensor1d(numbers, "int32");

beforeAll(async () => {
  train = (await digits()).train.take(64);
  model = cnn();
  scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
  gone = { model: cnn(), data: train.take(8) };
  gone.model.dispose();
  gone.data.dispose();
});

describe("formats and ranges refuse", () => {
  const [int8, one] = [q.int(8), { min: -1, max: 1 }];
  refuses([
    ["no bits", () => q.int(0), "invalid bits: 0 (expected an integer from 1 to 16"],
    ["bits in words", () => q.uint(any("8x")), "invalid bits: 8x"],
    ["a flag in words", () => q.int(8, { narrowRange: any("no") }), "invalid narrowRange: no"],
    ["a scheme of nothing", () => any(q.scheme)(), "invalid scheme: nothing is quantized"],
    ["bits for a format", () => q.scheme({ weights: any(8) }), "invalid weights: 8 (expected a fo"],
    [
      "a range of NaN",
      () => q.affine(int8, { min: Number.NaN, max: 1 }),
      "invalid range: NaN to 1",
    ],
    ["swapped ends", () => q.affine(int8, { min: 1, max: -1 }), "invalid range: 1 to -1"],
    ["a range without 0", () => q.codes([3], q.uint(2), { min: 2, max: 5 }), "min ≤ 0 ≤ max"],
    ["an endless range", () => q.affine(int8, { min: -1 / 0, max: 1 }), "invalid range: -Infinity"],
    [
      "a range wider than float32",
      () => q.fakeQuantize([0], int8, { min: -3e38, max: 3e38 }),
      "invalid range: -3e+38 to 3e+38",
    ],
    [
      "a min without its max",
      () => q.fakeQuantize([[1, 2]], int8, { min: [-1, -1], max: [1] }),
      "invalid range: 2 min and 1 max",
    ],
    ["a range of nothing", () => q.fakeQuantize([1], int8, any({})), "no min and no max"],
    ["bits as format", () => q.fakeQuantize([1], any(8), one), "invalid format: 8"],
    [
      "words as values",
      () => q.codes(any(["a"]), int8, one),
      "invalid values: string of shape [1]",
    ],
    ["codes of NaN", () => q.codes([0, Number.NaN], int8, one), "invalid values: NaN at index 1"],
    [
      "covering NaN",
      () => q.coveringRange(int8, { min: Number.NaN, max: 1 }),
      "invalid range: NaN to 1",
    ],
    [
      "covering backwards",
      () => q.coveringRange(int8, { min: 1, max: -1 }),
      "invalid range: 1 to -1",
    ],
    [
      "an unknown method",
      () => q.observer(any("entropy")),
      "invalid method: entropy (expected minmax, movingAverage, percentile",
    ],
    ["an infinity seen", () => q.observer("mse").observe([1, 1 / 0]), "Infinity at index 1"],
    ["a word seen", () => q.observer("minmax").observe(any(["1"])), "invalid values: 1 at index 0"],
    [
      "a number seen",
      () => q.observer("mse").observe(any(3)),
      "not a list (expected numbers, of a",
    ],
    ["nothing seen", () => q.observer("mse").range(int8), "nothing observed (call observe(values)"],
  ]);

  it("nothing in int32 tensors, which they take for numbers", () => {
    const x = tf.tensor1d([-3, 1, 9], "int32");
    expect([...q.codes(x, q.int(3), { min: -4, max: 3 }).dataSync()]).toEqual([-3, 1, 3]);
  });
});

describe("models and data refuse", () => {
  refuses([
    [
      "an unknown scheme",
      () => q.prepare(model, any(q.int(8)), { calibration: train }),
      "invalid sc",
    ],
    ["no options", () => any(q.prepare)(model, scheme), "invalid calibration: undefined"],
    [
      "a tensor for data",
      () => q.quantize(model, scheme, { calibration: any(train.xs) }),
      "invalid ca",
    ],
    [
      "an unknown estimator",
      () => q.prepare(model, scheme, { calibration: train, estimator: any("nearest") }),
      "invalid estimator: nearest (expected clippedSte",
    ],
    [
      "a number for an estimator",
      () => q.prepare(model, scheme, { calibration: train, estimator: any(3) }),
      "invalid estimator: 3 (expected { name, source, backward",
    ],
    [
      "a misspelt role of an estimator",
      () => q.prepare(model, scheme, { calibration: train, estimator: any({ weight: "lsq" }) }),
      "invalid estimator: { weight } (expected weights, activations or both",
    ],
    [
      "an estimator named for what it isn't made for",
      () => q.prepare(model, scheme, { calibration: train, estimator: { weights: "pact" } }),
      "invalid estimator: pact for weights (it is made for activations)",
    ],
    [
      "a layer of nothing",
      () => new q.QuantizedLayer(any({})),
      "invalid layer: undefined (expected",
    ],
    ["a schedule of nothing", () => any(q.qat.schedule)(), "invalid schedule: nothing changes"],
    ["a loss term without strength", () => any(q.qat.dampening)(), "invalid strength: undefined"],
    [
      "no model",
      () => any(q.prepare)(undefined, scheme),
      "invalid model: undefined (expected a tfjs",
    ],
    ["a promise", () => q.foldBatchNorm(any(Promise.resolve(model))), "still to be awaited"],
    ["a disposed model", () => q.accuracy(gone.model, train), 'model "depthwise_cnn" is disposed'],
    ["disposed data", () => q.accuracy(model, gone.data), "is disposed (load it again)"],
    ["a part of disposed data", () => gone.data.take(1), "is disposed (load it again)"],
    ["no examples", () => train.take(0), "invalid count: 0 (expected a whole number from 1 to 64)"],
    ["no epochs", () => q.fit(model, train, { epochs: 0 }), "invalid epochs: 0 (expected a whole"],
    ["fit without options", () => any(q.fit)(model, train), "invalid epochs: undefined"],
    [
      "a share for validation",
      () => q.fit(model, train, { epochs: 1, validation: any(0.1) }),
      "invalid validation: 0.1 (expected a data set",
    ],
    [
      "a misspelt loss",
      () => q.fit(model, train, { epochs: 1, loss: any("crossentropy") }),
      "invalid loss: crossentropy (expected one of tfjs's names",
    ],
    [
      "tensors without a loss",
      () => q.fit(model, { xs: train.xs, ys: train.ys }, { epochs: 1 }),
      "invalid loss: undefined (expected what model.compile takes",
    ],
    [
      "labels for a loss on shares",
      () => q.fit(model, train, { epochs: 1, loss: "categoricalCrossentropy" }),
      'class numbers go with the loss "sparseCategoricalCrossentropy"',
    ],
    [
      "a misspelt metric",
      () => q.fit(model, train, { epochs: 1, metrics: any("acuracy") }),
      'invalid metrics: acuracy (expected "accuracy"',
    ],
    [
      "a function for callbacks",
      () => q.fit(model, train, { epochs: 1, callbacks: any(() => 1) }),
      "invalid callbacks: () => 1 (expected onTrainBegin",
    ],
    ["no shape", () => any(q.models.depthwiseCnn)(), "invalid inputShape: [undefined]"],
    ["a shape of two", () => cnn({ inputShape: [8, 8] }), "invalid inputShape: [8,8]"],
    ["no classes", () => cnn({ classes: 0 }), "invalid classes: 0 (expected a whole number"],
    ["half a seed", () => cnn({ seed: 0.5 }), "invalid seed: 0.5 (expected an integer or a text"],
    ["lists for tensors", () => dataset([[1]], [1]), "invalid examples or labels: not tensors"],
  ]);

  it("a label that no class has, and an empty set, by name", () => {
    const make = (ys: q.tf.Tensor1D, rows = ys.size) => dataset(tf.zeros([rows, 2]), ys);
    expect(() => make(labels(0, 10))).toThrow(
      "invalid label: 10 (expected class numbers from 0 to 9",
    );
    expect(() => make(labels(-1))).toThrow("invalid label: -1");
    expect(() => make(labels())).toThrow("invalid examples: float32 of shape [0, 2]");
    expect(() => make(labels(1), 2)).toThrow("invalid labels: 1 for 2 examples");
  });

  it("shapes and classes that don't fit, before anything is computed", async () => {
    const [small, five] = [cnn({ inputShape: [4, 4, 1] }), cnn({ classes: 5 })];
    const held = tf.memory().numTensors;
    const shape =
      'invalid data: examples of shape [8, 8, 1] (model "depthwise_cnn" takes [4, 4, 1])';
    expect(() => q.accuracy(small, train)).toThrow(shape);
    await expect(q.fit(small, train, { epochs: 1 })).rejects.toThrow(shape);
    await expect(q.prepare(small, scheme, { calibration: train })).rejects.toThrow(
      "invalid calibration: examples of shape [8, 8, 1]",
    );
    const classes = 'invalid data: 10 classes for model "depthwise_cnn" with output [5]';
    expect(() => q.accuracy(five, train)).toThrow(classes);
    await expect(q.fit(five, train, { epochs: 1 })).rejects.toThrow(classes);
    expect(tf.memory().numTensors).toBe(held);
  });

  it("NaN in the calibration, naming the layer that gives it", { tags: "slow" }, async () => {
    const diverged = cnn();
    diverged.getLayer("pointwise").setWeights([tf.fill([1, 1, 8, 16], Number.NaN)]);
    const nan = dataset(tf.fill([2, 8, 8, 1], Number.NaN), labels(0, 1));
    const held = tf.memory().numTensors;
    await expect(q.prepare(diverged, scheme, { calibration: train })).rejects.toThrow(
      /cannot calibrate layer "pointwise_relu": invalid values: NaN at index 0/,
    );
    await expect(q.prepare(model, scheme, { calibration: nan })).rejects.toThrow(
      /cannot calibrate layer ".*input": invalid values: NaN at index 0/,
    );
    const weightsOnly = q.scheme({ weights: q.int(3) });
    await expect(q.prepare(diverged, weightsOnly, { calibration: train })).rejects.toThrow(
      'cannot calibrate layer "pointwise": invalid values: NaN at index 0',
    );
    expect(tf.memory().numTensors).toBe(held);
  });

  it("new ranges that don't fit, and keep the layer's ranges", { tags: "slow" }, async () => {
    const prepared = await q.prepare(model, scheme, { calibration: train });
    const layer = prepared.getLayer("conv") as q.QuantizedLayer;
    const before = layer.ranges();
    expect(() => layer.setRanges({ weights: { min: [-1], max: [1] } })).toThrow(
      "invalid range: 1 channels (expected 8 channels, or a number for all",
    );
    expect(() => layer.setRanges({ activations: { min: 0, max: 1 } })).toThrow(
      'invalid activations: layer "conv" doesn\'t quantize its activations',
    );
    expect(layer.ranges()).toEqual(before);
  });
});

describe("figures, tables and claims refuse", () => {
  const { plot } = q;
  const board = () => plot.board("t");
  refuses([
    ["a word pushed", () => board().push(any({ epoch: 1, loss: "low" })), 'invalid loss: "low"'],
    ["a word as epoch", () => board().push(any({ epoch: "1", loss: 1 })), 'invalid epoch: "1"'],
    ["a list pushed", () => board().push(any({ epoch: 1, loss: [1, 2] })), "invalid loss: 1,2"],
    ["null pushed", () => board().push(any(null)), "invalid values: null (expected push({ epoch"],
    ["a board without title", () => any(plot.board)(), "invalid title: undefined"],
    ["no data", () => plot.figure(any({})), "invalid data: undefined (expected a list of marks"],
    ["a mark for data", () => plot.figure({ data: any(plot.line([1], [2])) }), "not a list"],
    ["numbers for marks", () => plot.figure({ data: any([[1, 2]]) }), "invalid data: 1"],
    ["more x than y", () => plot.line([1, 2], [2]), "invalid lengths: 2 x, 1 y"],
    ["no y", () => any(plot.line)([1, 2]), "invalid values: undefined (expected a list of numbers"],
    ["words as y", () => plot.line([1], any(["a"])), 'invalid value: "a" (expected a number)'],
    ["names without bars", () => plot.bars(["a", "b"], [1]), "invalid lengths: 2 names, 1 values"],
    ["half a band", () => plot.band([1, 2], [1], [2, 3]), "invalid lengths: 2 x, 1 low, 2 high"],
    ["a colour's name", () => plot.band([1], [1], [2], { color: "red" }), "invalid color: red"],
    ["a row for a matrix", () => plot.heatmap(any([1, 2])), "invalid values: 1"],
    ["a ragged matrix", () => plot.heatmap([[1, 2], [3]]), "invalid lengths: 2 values in row 0, 1"],
    ["a slider of nothing", () => plot.slider("x", [], () => []), "invalid values: none"],
    ["a table of nothing", () => any(q.dataFrame)(), "invalid rows: undefined (expected objects"],
    ["a table of numbers", () => q.dataFrame(any([1])), "invalid rows: 1 (expected objects"],
    [
      "a late column",
      () => q.dataFrame([{ a: 1 }, { a: 2, b: 3 }]),
      "invalid row 1: unknown column b",
    ],
    ["a missing value", () => q.dataFrame(any([{ a: 1 }, { a: undefined }])), "row 1: no column a"],
    [
      "no condition",
      () => any(q.claim)("x"),
      "invalid claim: no condition (expected one of atLeast",
    ],
    ["nothing measured", () => q.claim("x", any({ atLeast: 4 })), "invalid measured: undefined"],
    [
      "a word expected",
      () => q.claim("x", any({ measured: 1, atLeast: "4" })),
      "invalid atLeast: 4",
    ],
    [
      "an interval as a list",
      () => q.claim("x", any({ measured: [0, 2], atLeast: 0 })),
      "invalid measured: no mean, low and high",
    ],
    ["no values", () => any(q.interval)(), "invalid number of values: 0"],
    [
      "ticks of NaN",
      () => q.progress({ total: 3 }).tick(Number.NaN),
      "invalid number of units: NaN",
    ],
  ]);

  it("values of a mark that are neither a list nor a tensor", () => {
    for (const draw of [plot.histogram, (values: any) => plot.line([1, 2], values)]) {
      expect(() => draw(any({ a: 1 }))).toThrow("invalid values: Object (expected a list of");
    }
  });
});
