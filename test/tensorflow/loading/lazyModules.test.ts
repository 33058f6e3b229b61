import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireWithout } from "../../../src/tensorflow/loading/lazyModules.node.js";

describe("requireWithout(require, name, later)", () => {
  const folder = mkdtempSync(join(tmpdir(), "qatlab-lazy-"));
  const require = createRequire(join(folder, "index.js"));
  const loads = () => (globalThis as { lazyLoads?: string[] }).lazyLoads ?? [];
  const write = (name: string, code: string): void => {
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    const note = `(globalThis.lazyLoads ??= []).push("${name}");`;
    writeFileSync(join(folder, "node_modules", name, "index.js"), `${note}\n${code}`);
  };
  beforeAll(() => {
    write("numbers", "exports.mean = (x) => x.reduce((a, b) => a + b) / x.length;");
    write(
      "ask",
      "module.exports = function ask(to) { return new.target ? { to } : 'asked ' + to; };",
    );
    write(
      "tables",
      `const byDefault = (m) => (m && m.__esModule ? m : { default: m });
      const numbers = require("numbers"), ask = byDefault(require("ask"));
      exports.mean = (x) => numbers.mean(x);
      exports.ask = (to) => ask.default(to);
      exports.make = (to) => new ask.default(to);
      exports.knows = (name) => name in numbers;`,
    );
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    delete (globalThis as { lazyLoads?: string[] }).lazyLoads;
  });

  it("loads a package's own packages at their first use", () => {
    const tables = requireWithout(require, "tables", ["numbers", "ask"]) as {
      mean(x: number[]): number;
      ask(to: string): string;
      make(to: string): object;
      knows(name: string): boolean;
    };
    expect(loads()).toEqual(["tables"]);
    expect(tables.mean([1, 2, 6])).toBe(3);
    expect(loads()).toEqual(["tables", "numbers"]);
    expect([tables.knows("mean"), tables.knows("median")]).toEqual([true, false]);
    expect(tables.ask("why")).toBe("asked why");
    expect(tables.make("where")).toEqual({ to: "where" });
    expect(loads()).toEqual(["tables", "numbers", "ask"]);
  });

  it("fails as require does where a package isn't installed", () => {
    expect(() => requireWithout(require, "tables", ["absent"])).toThrow(
      "Cannot find module 'absent'",
    );
  });

  it("leaves the packages themselves to everyone else", () => {
    expect(require("numbers")).toBe(require("numbers"));
    expect(Object.keys(require("numbers"))).toEqual(["mean"]);
    expect(loads()).toEqual(["tables", "numbers", "ask"]);
  });
});

describe("danfo.js in the library", () => {
  it("shows a table without loading mathjs, and computes with it", { tags: "slow" }, () => {
    const program = `
      import { createRequire } from "node:module";
      import * as q from ${JSON.stringify(new URL("../../../dist/index.js", import.meta.url).href)};
      const { cache } = createRequire(import.meta.url);
      const loaded = () => Object.keys(cache).some((path) => path.includes("/node_modules/mathjs/"));
      const table = q.dataFrame([{ bits: 2 }, { bits: 4 }, { bits: 6 }]);
      const before = loaded();
      console.log(JSON.stringify([before, table.column("bits").mean(), table.column("bits").std(), loaded()]));`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toEqual([false, 4, 2, true]);
  });
});
