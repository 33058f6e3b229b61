import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { yaml } from "../../src/modelCard/yaml.js";
import { any, digits, trainedCnn } from "../fixtures/index.js";

const folder = mkdtempSync(join(tmpdir(), "qatlab-card-"));
afterAll(() => rmSync(folder, { recursive: true }));

let model: q.tf.LayersModel;
let prepared: q.tf.LayersModel;
let train: q.Dataset;
let test: q.Dataset;
const intendedUse = "Digits of 8 × 8 pixels, in a lesson. Not for cheques.";
beforeAll(async () => {
  const parts = await digits();
  [train, test] = [parts.train.take(64), parts.test.take(100)];
  model = await trainedCnn();
  const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });
  prepared = await q.prepare(model, scheme, { calibration: train });
});
afterAll(() => {
  for (const data of [train, test]) data.dispose();
});

describe("q.report.modelCard", () => {
  it("states formats, data, accuracy, robustness, groups, costs and versions", {
    tags: "slow",
  }, async () => {
    const attack = await q.robustness.fgsm(prepared, test, { epsilon: 0.1, through: "clippedSte" });
    const card = await q.report.modelCard(prepared, {
      intendedUse,
      test,
      train,
      calibration: train,
      seeds: { model: 3 },
      licence: "MIT",
      source: "qatlab's tests",
      robustness: [attack],
      subgroups: q.analysis.subgroups({ float: model, W4A4: prepared }, test, { by: "ink" }),
      limitations: "Letters are named as digits.",
    });
    attack.dispose();
    for (const words of [
      intendedUse,
      `license: "mit"`,
      "of 100 test examples are named rightly",
      "FGSM through clippedSte at ε = 0.1",
      "| W4A4 | ink: lowest quarter |",
      "| calibration | 64 | Optical Recognition of Handwritten Digits, E. Alpaydin",
      "| conv | int4 per channel |",
      "seed of model: 3",
      "Letters are named as digits.",
      "nJ of arithmetic",
    ]) {
      expect(card.text).toContain(words);
    }
    expect(card[Symbol.for("Jupyter.display") as never]).toBeDefined();
  });

  it("has the facts of the manifest beside an exported file", { tags: "slow" }, async () => {
    const file = join(folder, "net.bin");
    writeFileSync(file, "some bytes");
    const options = { test, calibration: train, seeds: { model: 3 }, licence: "MIT" };
    const manifest = await q.export.manifest(file, { model: prepared, ...options });
    const { facts } = await q.report.modelCard(prepared, { intendedUse, ...options });
    for (const [name, value] of Object.entries(facts)) {
      expect(manifest[name as keyof typeof manifest], name).toEqual(value);
    }
  });

  it("has a front matter that the hub's own library reads", { tags: "slow" }, async () => {
    const golden = JSON.parse(
      readFileSync(new URL("../golden/croissant.json", import.meta.url), "utf8"),
    ) as { front: string; card: Record<string, unknown> };
    // Without weights every digit is named 0, on any processor.
    const blank = q.models.mlp({ inputShape: [8, 8, 1], units: [4], classes: 10, seed: 1 });
    blank.setWeights(blank.getWeights().map((weights) => q.tf.zerosLike(weights)));
    const parts = await digits();
    const options = { train: parts.train, test: parts.test, licence: "MIT" };
    const { text, facts } = await q.report.modelCard(blank, { intendedUse: "A test.", ...options });
    expect(text.split("---\n")[1]).toBe(golden.front);
    expect(golden.card).toEqual({
      licence: "mit",
      datasets: ["optical-recognition-of-handwritten-digits"],
      dataset: "Optical Recognition of Handwritten Digits",
      metric: "accuracy",
      value: facts.accuracy!.share,
    });
  });

  it("takes integer models, and models without data", { tags: "slow" }, async () => {
    const integer = q.convert(prepared);
    const card = await q.report.modelCard(integer, { intendedUse });
    expect(card.text).toContain("Integers as xnnpack computes.");
    expect(card.text).toContain(`${integer.bytes} bytes of weights and biases.`);
    expect(card.text).not.toContain("## Accuracy");
    expect(card.facts.accuracy).toBeNull();
  });

  it("refuses a card that doesn't say what the model is for", async () => {
    const { modelCard } = q.report;
    await expect(modelCard(model, any({}))).rejects.toThrow("invalid intendedUse: undefined");
    await expect(modelCard(any(undefined), { intendedUse })).rejects.toThrow("invalid model");
  });
});

describe("the front matter", () => {
  it("is YAML in blocks, with texts as JSON strings", () => {
    const text = yaml({
      a: "yes: no",
      list: ["1.0", 2],
      deep: [{ x: 1, y: [{ z: null }] }],
      none: [],
    });
    expect(text).toBe(
      'a: "yes: no"\nlist:\n  - "1.0"\n  - 2\ndeep:\n  - x: 1\n    y:\n      - z: null\nnone: []',
    );
  });
});
