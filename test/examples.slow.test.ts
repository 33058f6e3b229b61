import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import ts from "typescript";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as q from "../src/index.js";
import { documented } from "./examples.js";

const symbols = documented(fileURLToPath(new URL("../src/index.ts", import.meta.url)));
const scope: Record<string, unknown> = { q };

/**
 * The names that the examples use without declaring them: the data, a trained model, models quantized from
 * it, and a study.
 */
beforeAll(async () => {
  const { train, test } = await q.datasets.digits();
  const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
  // The eager numbers, so that no rewriting decides the digits that examples print.
  await q.fit(model, train, { epochs: 40, rewrite: false, progress: false });
  const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
  const qat = await q.prepare(model, scheme, { calibration: train.take(256) });
  const measure = ({ seed, setting }: q.StudyRun<number, undefined>) => ({
    PTQ: 80 + seed + setting,
    QAT: 92 + (seed % 2),
  });
  const settings = { W8A8: 8, W2A2: 2 };
  const study = await q.study([1, 2, 3], measure, { settings, live: false });
  Object.assign(scope, { train, test, model, scheme, qat, study });
});

/** Examples that train these models leave them for the next one as they found them. */
const trained = new Map<q.tf.LayersModel, q.tf.Tensor[]>();
beforeAll(() => {
  for (const model of [scope.model, scope.qat] as q.tf.LayersModel[]) {
    trained.set(
      model,
      model.getWeights().map((weights) => weights.clone()),
    );
  }
});
afterEach(() => {
  for (const [model, weights] of trained) model.setWeights(weights);
});

/** Examples that write files do so in a folder of their own. */
const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "qatlab-examples-"));
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

/** Runs an example; each of its lines `expression; // result (remark)` gives the two as text. */
async function run(example: string): Promise<[printed: string, claimed: string][]> {
  const pairs: [string, string][] = [];
  const code = example.replace(/^(.+); \/\/ (.+)$/gm, (_, expression, claimed) => {
    return `pair(${expression}, ${JSON.stringify(claimed.replace(/ \(.*$/, ""))});`;
  });
  const body = ts.transpile(code, { target: ts.ScriptTarget.ESNext });
  const pair = (value: unknown, claimed: string) => pairs.push([print(value), claimed]);
  const all = { ...scope, pair };
  const make = new Function(...Object.keys(all), `return (async () => {${body}})()`);
  await make(...Object.values(all));
  return pairs;
}

function print(value: unknown): string {
  if (value instanceof q.tf.Tensor) return print(Array.from(value.dataSync()));
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY }).replaceAll("'", '"');
}

const number = /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;

/**
 * The same text, and each number the claimed one to the digits that are claimed. A claim that begins with "≈" is of a
 * trained model, whose last digits differ from processor to processor: a unit of the last claimed digit is allowed.
 */
function same(printed: string, text: string): void {
  const rough = text.startsWith("≈ ");
  const claimed = rough ? text.slice(2) : text;
  if (claimed.startsWith('"')) {
    expect(printed).toBe(claimed);
    return;
  }
  expect(printed.replace(number, "#")).toBe(claimed.replace(number, "#"));
  const values = printed.match(number) ?? [];
  for (const [i, text] of (claimed.match(number) ?? []).entries()) {
    const digits = text.split(".")[1]?.length ?? 0;
    const why = `${printed}, not ${claimed}`;
    if (rough && digits > 0) {
      expect(Math.abs(Number(values[i]) - Number(text)), why).toBeLessThanOrEqual(10 ** -digits);
    } else expect(Number(values[i]).toFixed(digits), why).toBe(text);
  }
}

describe("the docstring of", () => {
  it.each(symbols.filter(({ kind }) => kind !== "other"))(
    "$name has an example",
    ({ text, examples }) => {
      expect(text).not.toBe("");
      expect(examples.join("\n")).toMatch(/\/\/ /);
    },
  );

  /**
   * The examples whose result differs from machine to machine, whose data are fetched from their publisher, or that
   * start a thread of the build (test/plot/save.slow.test.ts runs it).
   */
  const published = ["cifar10", "fashionMnist", "mnist"].map((name) => `datasets.${name}`);
  const elsewhere = ["environment", "plot.save", ...published];
  const runnable = symbols.filter((s) => s.examples.length > 0 && !elsewhere.includes(s.name));

  it.each(runnable)("$name prints what it says", async ({ examples }) => {
    for (const example of examples) {
      for (const [printed, claimed] of await run(example)) same(printed, claimed);
    }
  });
});
