import { describe, expect, it } from "vitest";
import * as models from "../../src/models/index.js";
import { tf } from "../../src/tensorflow/index.js";
import { any } from "../fixtures/index.js";
import golden from "../golden/models.json" with { type: "json" };

const image = { inputShape: [8, 8, 1] as [number, number, number], classes: 10 };

/** The smallest of each kind that has all of its parts. */
const kinds: [string, (seed?: number | string) => tf.LayersModel][] = [
  ["depthwiseCnn", (seed) => models.depthwiseCnn({ ...image, seed })],
  ["mlp", (seed) => models.mlp({ ...image, units: [12, 8], seed })],
  ["residualCnn", (seed) => models.residualCnn({ ...image, filters: 4, seed })],
  ["mobileNetV2", (seed) => models.mobileNetV2({ ...image, width: 0.05, seed })],
  ["lstm", (seed) => models.lstm({ ...image, units: 8, seed })],
  ["gru", (seed) => models.gru({ ...image, units: 8, seed })],
  [
    "transformerEncoder",
    (seed) => models.transformerEncoder({ ...image, units: 8, heads: 2, seed }),
  ],
];
const values = (model: tf.LayersModel) => model.getWeights().map((w) => [...w.dataSync()]);

describe("mlp", () => {
  it("takes rows of numbers as they are", () => {
    const model = models.mlp({ inputShape: [3], units: [4], classes: 2 });
    expect(model.layers.map(({ name }) => name).slice(-3)).toEqual([
      "dense1",
      "dense1_relu",
      "logits",
    ]);
    expect((model.predict(tf.ones([5, 3])) as tf.Tensor).shape).toEqual([5, 2]);
  });
});

describe.each(kinds)("%s", (_, make) => {
  it("starts from weights that only the seed decides, no two kernels the same", () => {
    const [a, b, c] = [make(3), make(3), make(4)];
    expect(values(a)).toEqual(values(b));
    expect(values(a)).not.toEqual(values(c));
    const drawn = values(a).filter((numbers) => new Set(numbers).size > 2);
    const heads = drawn.map((numbers) => numbers.slice(0, 8).join());
    expect(new Set(heads).size).toBe(drawn.length);
    for (const model of [a, b, c]) model.dispose();
  });

  it("predicts the same after it was saved and loaded", async () => {
    const model = make();
    let artifacts: any;
    const keep = tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    });
    await model.save(keep);
    // The content of a file: text, and bytes.
    const read = {
      ...artifacts,
      modelTopology: JSON.parse(JSON.stringify(artifacts.modelTopology)),
    };
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(read));
    const x = tf.randomUniform([4, 8, 8, 1], 0, 1, "float32", 5);
    const [a, b] = [model, loaded].map((one) => (one.predict(x) as tf.Tensor).dataSync());
    expect(a).toEqual(b);
    expect(a!.every(Number.isFinite) && new Set(a).size > 10).toBe(true);
    model.dispose();
    loaded.dispose();
  });

  it("frees all of its tensors", () => {
    make().dispose(); // tfjs's own constants
    const held = tf.memory().numTensors;
    const model = make();
    model.predict(tf.zeros([1, 8, 8, 1]));
    model.dispose();
    expect(tf.memory().numTensors - held).toBeLessThanOrEqual(2); // the example and the logits
  });

  it("refuses a seed that is neither an integer nor a text", () => {
    for (const seed of [0.5, null, Number.NaN]) {
      expect(() => make(seed as never)).toThrow(
        `invalid seed: ${seed} (expected an integer or a text, as in { seed: 7 })`,
      );
    }
  });

  it("draws the same weights for a text that says the number, others for another text", {
    tags: "slow",
  }, () => {
    const weights = (seed: number | string) =>
      tf.tidy(() => {
        const model = make(seed);
        const drawn = model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
        model.dispose();
        return drawn;
      });
    expect(weights("7")).toEqual(weights(7));
    expect(weights("run 1")).toEqual(weights("run 1"));
    expect(weights("run 1")).not.toEqual(weights("run 2"));
    expect(weights("run 1")).not.toEqual(weights(0));
  });
});

describe("mobileNetV2", () => {
  it.each(golden.mobilenet)(
    "of width $width has as many parameters as Keras', and its last map's shape",
    { tags: "slow" },
    ({ width, size, classes, parameters, features }) => {
      const model = models.mobileNetV2({ width, inputShape: [size, size, 3], classes });
      expect(model.countParams()).toBe(parameters);
      expect(model.getLayer("features_relu6").outputShape).toEqual([null, ...features]);
      model.dispose();
    },
  );

  it.each([
    [8, 4],
    [28, 7],
    [32, 4],
    [96, 6],
  ])("leaves an image of %d pixels a map of %d", (size, map) => {
    const model = models.mobileNetV2({ width: 0.05, inputShape: [size, size, 1], classes: 2 });
    expect(model.getLayer("features_relu6").outputShape).toEqual([null, map, map, 1280]);
    model.dispose();
  });
});

describe("a model of sequences", () => {
  it("takes steps and features as well as images", () => {
    const options = { inputShape: [5, 3] as [number, number], classes: 2 };
    const x = tf.zeros([1, 5, 3]);
    const small = { ...options, units: 8 };
    const made = [models.lstm(small), models.gru(small), models.transformerEncoder(small)];
    for (const model of made) {
      expect((model.predict(x) as tf.Tensor).shape).toEqual([1, 2]);
      model.dispose();
    }
  });

  it("reads a row of an image as a token where the patch says so", () => {
    const model = models.transformerEncoder({ ...image, patch: [1, 8] });
    expect(model.getLayer("tokens").outputShape).toEqual([null, 8, 32]);
    model.dispose();
  });
});

describe("models refuse", () => {
  const { mlp, residualCnn, mobileNetV2, lstm, transformerEncoder } = models;
  const refused: [string, () => unknown, string][] = [
    ["nothing", () => any(mlp)(), "invalid inputShape: [undefined] (expected the shape of an ex"],
    ["units that aren't a list", () => mlp({ ...image, units: any(64) }), "invalid units: 64 (exp"],
    ["no units", () => mlp({ ...image, units: [8, 0] }), "invalid units[1]: 0 (expected a whole"],
    ["no classes", () => residualCnn({ ...image, classes: 0 }), "invalid classes: 0"],
    ["half a block", () => residualCnn({ ...image, blocks: 0.5 }), "invalid blocks: 0.5"],
    ["a flat image", () => mobileNetV2({ ...image, inputShape: any([64]) }), "[64] (expected [hei"],
    ["no width", () => mobileNetV2({ ...image, width: 0 }), "invalid width: 0 (expected a number"],
    ["a shape of one axis", () => lstm({ ...image, inputShape: any([8]) }), "[8] (expected [steps"],
    [
      "heads that don't divide",
      () => transformerEncoder({ ...image, heads: 5 }),
      "invalid heads: 5 (expected a whole number that divides units, 32)",
    ],
    [
      "patches that don't divide",
      () => transformerEncoder({ ...image, patch: [3, 2] }),
      "invalid patch: [3,2] (expected a height and a width that divide those of the image, 8 and 8)",
    ],
  ];
  it.each(refused)("%s, and leave no tensor", (_, make, message) => {
    const held = tf.memory().numTensors;
    expect(make).toThrow(message);
    expect(tf.memory().numTensors).toBe(held);
  });
});
