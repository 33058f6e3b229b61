import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { floatProgramOf } from "../../../src/export/float/lower.js";
import { fitted } from "../../../src/export/page/script/drawing.js";
import { floatEngine } from "../../../src/export/page/script/floatEngine.js";
import * as q from "../../../src/index.js";
import { IntegerModel } from "../../../src/integer/index.js";
import { generator, hill, randomize } from "../../fixtures/index.js";
import { Chain } from "../c/chains.js";

const { tf } = q;
const { layers } = tf;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-page-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An integer model of images, which are flattened and classified. */
function classifier(shape = [1, 4, 4, 1], classes = 3): IntegerModel {
  const chain = new Chain(2);
  const x = chain.activation(shape);
  const flat = chain.reshape(x, [1, shape.reduce((a, b) => a * b, 1)]);
  const y = chain.dense(flat, classes);
  return new IntegerModel({ program: { ...chain.program("images", [x]), outputs: [y] } });
}

const path = () => join(folder, "page.html");

describe("q.export.page refuses", () => {
  const refuses = async (message: string, options: q.export.PageOptions, model = classifier()) => {
    await expect(q.export.page(model, path(), options)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  };

  it("models that don't classify images, with the way out", async () => {
    await refuses(
      'invalid model: "images" makes [3] of [4, 4, 2] (expected one image [h, w, 1] or [h, w, 3]',
      {},
      classifier([1, 4, 4, 2]),
    );
    await refuses('"images" makes [3] of [16]', {}, classifier([1, 16]));
    await refuses(
      "invalid model: Sequential (expected an integer model",
      {},
      tf.sequential() as never,
    );
  });

  it("names that aren't one for each class", async () => {
    await refuses("invalid classes: 2 names (expected 3 names, one for each", {
      classes: ["a", "b"],
    });
  });

  it("examples of another shape", async () => {
    const examples = q.dataset(tf.zeros([4, 5, 5, 1]), ["a", "b", "c", "a"]);
    await refuses("invalid examples: images [5, 5, 1] (expected a data set of images [4, 4, 1]", {
      examples,
    });
    examples.dispose();
  });

  it("float models of another shape", async () => {
    const float = tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 3 })] });
    await refuses(
      "(expected the float model of which the integer model was made: [3] of [4, 4, 1])",
      {
        float,
      },
    );
    float.dispose();
  });

  it("to replace a file, unless it may", { tags: "slow" }, async () => {
    writeFileSync(path(), "mine");
    await expect(q.export.page(classifier(), path())).rejects.toThrow(
      "exists (choose another path",
    );
    const { bytes } = await q.export.page(classifier(), path(), { overwrite: true });
    expect(bytes).toBeGreaterThan(1000);
  });
});

describe("the float models of a page", () => {
  it("have the values of TensorFlow.js for layers of images", () => {
    const input = tf.input({ shape: [6, 6, 2] });
    const apply = (layer: { apply(x: never): unknown }, x: unknown) =>
      layer.apply(x as never) as never;
    const same = { padding: "same" as const };
    let x = apply(layers.conv2d({ filters: 4, kernelSize: 3, ...same, activation: "relu" }), input);
    const short = apply(layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, ...same }), x);
    x = apply(layers.conv2d({ filters: 8, kernelSize: 1, activation: "sigmoid" }), x);
    x = apply(layers.add(), [x, short]);
    x = apply(layers.leakyReLU({ alpha: 0.2 }), x);
    const pooled = apply(layers.averagePooling2d({ poolSize: 3, strides: 2, ...same }), x);
    x = apply(layers.maxPooling2d({ poolSize: 3, strides: 2, ...same }), x);
    x = apply(layers.concatenate(), [x, pooled]);
    x = apply(
      layers.zeroPadding2d({
        padding: [
          [1, 0],
          [0, 2],
        ],
      }),
      x,
    );
    x = apply(layers.upSampling2d({ size: [2, 2] }), x);
    x = apply(
      layers.cropping2D({
        cropping: [
          [1, 1],
          [0, 1],
        ],
      }),
      x,
    );
    x = apply(layers.activation({ activation: "tanh" }), x);
    x = apply(layers.globalAveragePooling2d({}), x);
    x = apply(layers.dense({ units: 5, activation: "elu" }), x);
    x = apply(layers.dense({ units: 3, activation: "softmax" }), x);
    const model = randomize(tf.model({ inputs: input, outputs: x }), 4);
    const run = floatEngine(floatProgramOf(model));
    const xs = hill([3, 6, 6, 2], generator(3));
    const expected = (model.predict(xs) as q.tf.Tensor).dataSync();
    const values = Array.from({ length: 3 }, (_, i) =>
      Array.from(run(xs.dataSync().slice(i * 72, (i + 1) * 72) as Float32Array)),
    );
    const far = values.flat().map((value, i) => Math.abs(value - expected[i]!));
    expect(Math.max(...far)).toBeLessThan(1e-5);
    model.dispose();
  });
});

describe("a drawing", () => {
  const bar = (top: number, bottom: number) => {
    const values = Float32Array.from({ length: 40 * 40 }, (_, i) => {
      const [y, x] = [Math.floor(i / 40), i % 40];
      return y >= top && y < bottom && x >= 2 && x < 7 ? 1 : 0;
    });
    return { width: 40, height: 40, values };
  };

  it("fills the image's height, and stands in its middle, wherever it was drawn", () => {
    const small = fitted(bar(10, 30), 8, 8, 0);
    const rows = Array.from({ length: 8 }, (_, y) => Array.from(small.subarray(y * 8, y * 8 + 8)));
    expect(rows).toEqual(Array(8).fill([0, 0, 0, 1, 1, 0, 0, 0]));
    expect(fitted(bar(0, 20), 8, 8, 0)).toEqual(small);
  });

  it("leaves a margin", () => {
    const small = fitted(bar(10, 30), 8, 8, 1 / 8);
    expect(small.subarray(0, 8).every((value) => value === 0)).toBe(true);
    expect(small.subarray(56).every((value) => value === 0)).toBe(true);
    expect(Math.max(...small.subarray(8, 16))).toBeGreaterThan(0.7);
  });

  it("that is empty is paper", () => {
    expect(Math.max(...fitted(bar(0, 0), 8, 8, 0))).toBe(0);
  });
});
