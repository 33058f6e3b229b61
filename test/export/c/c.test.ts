import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { displaySymbol } from "../../../src/display/index.js";
import * as q from "../../../src/index.js";
import { IntegerModel } from "../../../src/integer/index.js";
import { Chain } from "./chains.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-c-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function model(name = "small net") {
  const chain = new Chain(3);
  const x = chain.activation([1, 6]);
  const y = chain.dense(chain.dense(chain.dense(x, 8), 8), 4);
  return new IntegerModel({ program: { ...chain.program(name, [x]), outputs: [y] } });
}

const write = (chain: Chain, x: number) =>
  q.export.c(new IntegerModel({ program: chain.program("chain", [x]) }), folder);

describe("q.export.c", () => {
  it("writes a header, a source and a test, and says what memory they take", () => {
    const exported = q.export.c(model(), join(folder, "above", "net"));
    expect(exported).toMatchObject({ name: "small_net", arenaBytes: 16 });
    expect(readdirSync(exported.folder).sort()).toEqual(["main.c", "small_net.c", "small_net.h"]);
    const header = readFileSync(join(exported.folder, "small_net.h"), "utf8");
    expect(header).toContain("#define SMALL_NET_ARENA_BYTES 16\n");
    expect(header).toContain(`#define SMALL_NET_CONSTANT_BYTES ${exported.constantBytes}\n`);
    expect(header).toContain("void small_net_run(const int8_t *input, int8_t *output);");
    const text = exported[displaySymbol]()["text/plain"];
    expect(text).toMatch(/^C model small_net in .*net/);
    expect(text).toMatch(/activations \(static memory\) +16 B/);
  });

  it("writes the same files for the same model", () => {
    const [a, b] = ["a", "b"].map((name) => q.export.c(model(), join(folder, name)));
    for (const file of a!.files) {
      expect(readFileSync(join(a!.folder, file))).toEqual(readFileSync(join(b!.folder, file)));
    }
  });

  it("counts the bytes of its constants", () => {
    const exported = q.export.c(model(), folder);
    const source = readFileSync(join(folder, "small_net.c"), "utf8");
    const sizes = { int8_t: 1, uint8_t: 1, int32_t: 4, int64_t: 8 };
    const arrays = [...source.matchAll(/^static const (\w+) \w+\[(\d+)\]/gm)];
    const bytes = arrays.reduce(
      (sum, [, type, length]) => sum + sizes[type as keyof typeof sizes] * Number(length),
      0,
    );
    expect(exported.constantBytes).toBe(bytes);
  });

  it("replaces its own files only, and only if it may", () => {
    q.export.c(model(), folder);
    expect(() => q.export.c(model(), folder)).toThrow("isn't empty");
    const { files } = q.export.c(model("other"), folder, { overwrite: true });
    expect(readdirSync(folder).sort()).toEqual([...files].sort());
    writeFileSync(join(folder, "notes.txt"), "mine");
    expect(() => q.export.c(model(), folder, { overwrite: true })).toThrow(
      "holds files that aren't a model in C of an earlier export",
    );
    const firmware = join(folder, "firmware");
    mkdirSync(firmware);
    for (const name of ["main.c", "net.c", "net.h"])
      writeFileSync(join(firmware, name), "int x;\n");
    expect(() => q.export.c(model(), firmware, { overwrite: true })).toThrow("holds files that");
  });

  it("leaves nothing behind when it refuses", () => {
    const path = join(folder, "net");
    const refuses = (options: object, message: string) =>
      expect(() => q.export.c(model(), path, options)).toThrow(message);
    refuses({ name: "a b" }, "invalid name: a b (expected a name in C");
    refuses({ examples: 0 }, "invalid examples: 0 (expected a whole number from 1 to 1000)");
    refuses(
      { examples: q.tf.zeros([2, 7]) },
      "invalid examples: [2,7] (expected a number, or float examples of the shape [n, 6]",
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a float model, and says how to convert it", () => {
    const float = q.tf.sequential({ layers: [q.tf.layers.dense({ inputShape: [2], units: 1 })] });
    expect(() => q.export.c(float as never, folder)).toThrow(
      /^invalid model: Sequential \(expected an integer model from q\.convert, as in q\.export\.c\(q\.conv/,
    );
    float.dispose();
  });

  it("refuses 16-bit activations, naming the layer", () => {
    const chain = new Chain(3);
    const x = chain.activation([1, 6], { type: "int16" });
    chain.dense(x, 8);
    expect(() => write(chain, x)).toThrow(
      /^q\.export\.c cannot write layer layer0: fullyConnected: .*int16 activations .*\(quantize its a/,
    );
  });

  it("refuses an op that C has no form of, naming the layer", () => {
    const chain = new Chain(3);
    const x = chain.activation([1, 3, 2]);
    chain.op({ type: "lstm", inputs: [x], cellExponent: -11 }, chain.activation([1, 3, 4]));
    expect(() => write(chain, x)).toThrow(
      "q.export.c cannot write layer layer0: lstm: there is no C routine of it (leave",
    );
  });
});
