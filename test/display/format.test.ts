import { createRequire } from "node:module";
import { inflateSync } from "node:zlib";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { formatValue } from "../../src/display/format.js";
import { displaySymbol } from "../../src/display/mime.js";

const text = async (value: unknown) => (await formatValue(value))["text/plain"];
const html = async (value: unknown) => String((await formatValue(value))["text/html"]);

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("formatValue of plain values", () => {
  it.each([
    [1, "1"],
    [-0, "-0"],
    ["a'b", `"a'b"`],
    [1n, "1n"],
    [undefined, "undefined"],
    [new Map([[1, { a: 2 }]]), "Map(1) { 1 => { a: 2 } }"],
    [class Net {}, "[class Net]"],
    [Float32Array.of(0.5, Number.NaN), "Float32Array(2) [ 0.5, NaN ]"],
    [Promise.resolve(1), "Promise { 1 }"],
  ])("prints %s as Node's REPL does", async (value, expected) => {
    expect(await text(value)).toBe(expected);
  });

  it("leaves out values that are too long to read", async () => {
    const lines = String(await text(new Float32Array(1e6))).split("\n");
    expect(lines.at(-2)).toContain("999900 more items");
  });

  it("prints circular values and getters without calling them", async () => {
    const value: Record<string, unknown> = Object.defineProperty({}, "danger", {
      enumerable: true,
      get() {
        throw new Error("called");
      },
    });
    value.self = value;
    expect(await text(value)).toBe("<ref *1> { danger: [Getter], self: [Circular *1] }");
  });
});

describe("formatValue of values that break", () => {
  const trap = () => {
    throw new Error("trapped");
  };

  it("falls back to text with the reason when a display method throws", async () => {
    const value = { bits: 4, [displaySymbol]: trap };
    expect(await text(value)).toMatch(/bits: 4.*\(its own display failed: trapped\)$/s);
  });

  it("falls back to text with the reason when a display method rejects", async () => {
    const value = { [displaySymbol]: async () => trap() };
    expect(await text(value)).toMatch(/\(its own display failed: trapped\)$/);
  });

  it("survives a Proxy whose every trap throws", async () => {
    const traps = { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap };
    expect(await text(new Proxy({}, traps))).toContain("trapped");
  });

  it("survives a value whose inspection throws", async () => {
    const value = { [Symbol.for("nodejs.util.inspect.custom")]: trap };
    expect(await text(value)).toBe("[object Object] (it can't be inspected: trapped)");
  });

  it("names the value that a display method returned instead of a bundle", async () => {
    expect(await text({ [displaySymbol]: () => 7 })).toContain(
      "it returned 7 instead of a MIME bundle",
    );
  });

  it.each([
    [() => ["<b>1</b>"], "it returned [ '<b>1</b>' ] instead of a MIME bundle"],
    [() => ({ html: "<b>1</b>" }), "it returned { html: '<b>1</b>' } instead of a MIME bundle"],
    [() => undefined, "it returned undefined instead of a MIME bundle"],
    [async () => null, "it returned null instead of a MIME bundle"],
    ["<b>1</b>", "'<b>1</b>' is not a method that returns a bundle"],
    [() => ({ "text/html": 7 }), "(its text/html form was left out: it is 7 instead of a string)"],
    [() => ({ "text/html": undefined }), "(its text/html form was left out: it is undefined)"],
    [() => ({ "image/png": [1] }), "(its image/png form was left out: it is [ 1 ] instead"],
  ])("says what is wrong with a display (%#)", async (display, expected) => {
    expect(await text({ [displaySymbol]: display })).toContain(expected);
  });

  it("leaves out a form that isn't JSON, says so, and keeps the others", async () => {
    const bundle = await formatValue({
      [displaySymbol]: () => ({ "application/json": { n: 1n }, "text/plain": "seven" }),
    });
    expect(bundle["application/json"]).toBeUndefined();
    expect(bundle["text/plain"]).toMatch(
      /^seven\n\(its application\/json form was left out: .*BigInt/,
    );
  });

  it("keeps an empty bundle: the value has nothing to show", async () => {
    expect(await formatValue({ [displaySymbol]: () => ({}) })).toEqual({});
  });

  it("sends binary forms as base64", async () => {
    const bundle = await formatValue({
      [displaySymbol]: () => ({ "image/png": Buffer.from("hi") }),
    });
    expect(bundle["image/png"]).toBe("aGk=");
  });
});

describe("formatValue of tensors", () => {
  it("summarises a tensor: type, shape, minimum, mean, maximum, NaN", async () => {
    const bundle = await formatValue(
      tf.tensor2d([
        [1, 2],
        [3, Number.NaN],
      ]),
    );
    expect(bundle["text/plain"]).toBe(
      "tensor float32 [2, 2]\nmin 1  mean 2  max 3  NaN 1\n    [[1, 2  ],\n     [3, NaN]]",
    );
  });

  it("says that a disposed tensor is disposed", async () => {
    const tensor = tf.ones([2]);
    tensor.dispose();
    expect(await text(tensor)).toBe("tensor float32 [2], disposed: its values are freed");
  });

  it.each([
    [() => tf.tensor([true, false, true], undefined, "bool"), /bool \[3\]\n2 of 3 true/],
    [() => tf.tensor(["<a>"]), /string \[1\]\n\s+\['<a>'\]/],
    [() => tf.complex([3], [4]), /complex64 \[1\]\n\|z\| min 5 {2}mean 5 {2}max 5/],
    [() => tf.tensor([], [0, 3]), /float32 \[0, 3\]\nempty/],
    [() => tf.scalar(-0.5), /float32 \[\]\nmin −0.5/],
    [() => tf.tensor([Number.POSITIVE_INFINITY, 1]), /NaN 0 {2}±∞ 1/],
    [() => tf.tensor([Number.NaN]), /\nNaN 1\n/],
  ])("summarises other kinds (%#)", async (make, expected) => {
    expect(await text(make())).toMatch(expected);
  });

  it("draws a heat map whose pixels a PNG decoder reads back", async () => {
    const markup = await html(
      tf.tensor2d([
        [0, 1],
        [0.5, 0],
      ]),
    );
    const file = Buffer.from(/base64,([^"]+)/.exec(markup)![1]!, "base64");
    expect(file.subarray(12, 16).toString()).toBe("IHDR");
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([2, 2]);
    const length = file.readUInt32BE(33);
    const pixels = inflateSync(file.subarray(41, 41 + length)); // also checks Adler-32
    expect([...pixels]).toEqual([
      ...[0, 0, 32, 77, 255, 234, 70],
      ...[0, 124, 123, 120, 0, 32, 77],
    ]);
  });

  it("says which part of a large tensor is drawn", { tags: "slow" }, async () => {
    expect(await html(tf.zeros([20, 100, 70]))).toContain(
      "the first 8 of 20, the first 64 × 64 of 100 × 70 values",
    );
  });
});

describe("formatValue of models", () => {
  const model = () =>
    tf.sequential({
      layers: [
        tf.layers.conv2d({ name: "conv", inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
        tf.layers.flatten({ name: "flat" }),
        tf.layers.dense({ name: "dense", units: 10 }),
      ],
    });

  it("lists layers, shapes and parameters, which add up to tfjs's own count", async () => {
    const lines = String(await text(model())).split("\n");
    expect(lines[0]).toMatch(/^model \S+: 3 layers, 1,490 parameters, 5\.8 KiB$/);
    expect(lines[2]).toMatch(/^conv\s+Conv2D\s+\? × 6 × 6 × 4\s+40\s+float\s+float\s+160 B$/);
  });

  it("lists each shape of a layer that stands in several places", async () => {
    const words = tf.layers.embedding({ name: "words", inputDim: 9, outputDim: 4 });
    const inputs = [3, 5].map((length) => tf.input({ shape: [length] }));
    const outputs = inputs.map((input) => words.apply(input) as tf.SymbolicTensor);
    const lines = String(await text(tf.model({ inputs, outputs }))).split("\n");
    const line = lines.find((line) => line.startsWith("words"));
    expect(line).toMatch(/^words\s+Embedding\s+\? × 3 × 4, \? × 5 × 4\s/);
  });

  it("shows bits and ranges of layers that report them, and counts their kernels so", async () => {
    const quantized = model();
    Object.assign(quantized.layers[2]!, {
      quantization: () => ({
        weights: { bits: 4, per: "channel" },
        activations: { bits: 8, min: 0, max: 6 },
      }),
    });
    const line = String(await text(quantized))
      .split("\n")
      .find((row) => row.startsWith("dense"));
    // 144 · 10 weights of 4 bits and 10 biases of 32 bits are 760 bytes.
    expect(line).toMatch(/1,450\s+4 bits per channel\s+8 bits \[0, 6\]\s+760 B$/);
  });
});

describe("formatValue of DataFrames", () => {
  const danfo = () =>
    createRequire(import.meta.url)(
      "danfojs-node/dist/danfojs-node/src/index.js",
    ) as typeof import("danfojs-node");
  const like = (
    columns: string[],
    dtypes: string[],
    rows: unknown[][],
    index = rows.map((_, i) => i),
  ) => ({
    $isSeries: false,
    columns,
    dtypes,
    index,
    shape: [rows.length, columns.length],
    values: rows,
  });

  it("shows danfo's own DataFrame and Series", { tags: "slow" }, async () => {
    const frame = new (danfo()!.DataFrame)({ scheme: ["W8A8", "W4<4"], accuracy: [0.97, 0.5] });
    expect(await text(frame)).toBe(
      [
        "DataFrame: 2 rows × 2 columns",
        "   scheme  accuracy",
        "   string   float32",
        "0  W8A8        0.97",
        "1  W4<4        0.50",
      ].join("\n"),
    );
    expect(await html(frame)).toContain("W4&lt;4");
    expect(await text(frame.accuracy)).toMatch(/^Series: 2 values\n/);
  });

  it("prints a column with one precision, unless a number would so be printed as zero", async () => {
    const rows = [
      [15.1, 0.25, 67.64, -2e-10],
      [9.72, 1, 0.0002, 5e-9],
    ];
    const printed = String(await text(like(["a", "b", "c", "d"], Array(4).fill("float32"), rows)));
    expect(
      printed
        .split("\n")
        .slice(3)
        .map((line) => line.split(/\s+/).slice(1)),
    ).toEqual([
      ["15.10", "0.25", "67.64", "−2.000e−10"],
      ["9.72", "1.00", "0.0002", "5.000e−9"],
    ]);
  });

  it("shows head and tail of a long one, with its shape on top", async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => [i]);
    const lines = String(await text(like(["n"], ["int32"], rows))).split("\n");
    expect(lines[0]).toBe("DataFrame: 1,000 rows × 1 column");
    expect(lines).toHaveLength(3 + 10 + 1 + 5);
    expect(lines.at(-1)).toMatch(/^999\s+999$/);
  });

  it("prints missing values, and rows of no length", async () => {
    expect(await text(like(["a"], ["string"], [[null]]))).toMatch(/\n0 {2}–$/);
    expect(await text(like([], [], []))).toBe("DataFrame: 0 rows × 0 columns\n");
  });
});

describe("Lists of records", () => {
  const shown = (value: unknown) => formatValue(value) as Record<string, string>;

  it("are tables, with text as Node prints it", () => {
    const bundle = shown([
      { name: "a", bits: 3, share: 0.25 },
      { name: "b", bits: 12, ok: true },
    ]);
    const cells = [...bundle["text/html"]!.matchAll(/<t[hd](?: [^>]*)?>([^<]*)</g)].map(
      ([, cell]) => cell,
    );
    expect(cells).toEqual([
      "",
      "name",
      "bits",
      "share",
      "ok",
      "0",
      "a",
      "3",
      "0.25",
      "–",
      "1",
      "b",
      "12",
      "–",
      "true",
    ]);
    expect(bundle["text/html"]).toContain("2 records");
    expect(bundle["text/plain"]).toMatch(/^\[\n? *\{ name: 'a', bits: 3/);
  });

  it("of a million show their first and last rows, and nothing else is looked at", () => {
    let reads = 0;
    const records = new Proxy(
      Array.from({ length: 1_000_000 }, (_, i) => ({ i })),
      {
        get(list, key) {
          reads++;
          return Reflect.get(list, key);
        },
      },
    );
    const html = shown(records)["text/html"]!;
    expect(html).toContain('<td style="text-align:right">999,999</td>');
    expect(html).toContain("⋮");
    expect(reads).toBeLessThan(10_000);
  });

  it.each([
    [[]],
    [[{}]],
    [[1, { a: 1 }]],
    [[{ a: { b: 1 } }]],
    [[{ a: [1] }]],
    [[new Map([["a", 1]])]],
    [[Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`k${i}`, i]))]],
  ])("with other values than a table's cells are text: %o", (value) => {
    expect(Object.keys(shown(value))).toEqual(["text/plain"]);
  });

  it("with a getter are text, and the getter isn't run", () => {
    const record = {
      get a() {
        throw new Error("the getter was run");
      },
    };
    expect(Object.keys(shown([record]))).toEqual(["text/plain"]);
  });
});

it("An object with very many properties is cut to its first hundred", () => {
  const large = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i]));
  const text = (formatValue(large) as Record<string, string>)["text/plain"]!;
  expect(text.split("\n")).toHaveLength(103);
  expect(text).toMatch(
    /^\{\n {2}k0: 0,[\s\S]* {2}k99: 99,\n {2}\.\.\. 199900 more properties\n\}$/,
  );
});
