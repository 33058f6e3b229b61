import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cacheEntry, requireSpace } from "../../scripts/setup/cache.mjs";
import { createContext } from "../../scripts/setup/context.mjs";
import { causeOf, explain } from "../../scripts/setup/error.mjs";
import { kernelspecs } from "../../scripts/setup/kernelspecs.mjs";
import { checkNode } from "../../scripts/setup/node.mjs";
import * as npm from "../../scripts/setup/npm.mjs";
import { run } from "../../scripts/setup/process.mjs";
import { sumIn } from "../../scripts/test/runSuite.mjs";
import { removeAll, temporaryFolder } from "./clone.js";

afterAll(removeAll);

describe("Errors of set-up", () => {
  it("tell a full disk, a missing network and a distrusted certificate apart", () => {
    expect(causeOf("ENOSPC: no space left on device, write")?.message).toBe("the disk is full");
    expect(causeOf("OSError: [Errno 28] No space left on device")?.message).toBe(
      "the disk is full",
    );
    expect(causeOf("npm error code ENOTFOUND")?.message).toBe("the network was not reached");
    expect(causeOf("SSLError(CERTIFICATE_VERIFY_FAILED)")?.message).toContain("certificate");
    expect(causeOf("TypeError: x is not a function")).toBeUndefined();
  });

  it("say what to do", () => {
    expect(explain(new Error("EACCES: permission denied")).hint).toContain("never needs root");
  });

  it("of a program carry its name, its exit status and its last lines", async () => {
    const failing = run("sh", ["-c", "echo one; echo 'No space left on device' >&2; exit 3"], {
      name: "the thing",
    });
    await expect(failing).rejects.toMatchObject({
      message: "the thing failed with exit status 3: the disk is full",
      detail: expect.stringContaining("one"),
    });
    await expect(run("no-such-program", [])).rejects.toThrow("could not be started");
  });

  it("name the space that is missing", () => {
    const check = (free: number) => requireSpace("/here", 1.4e9, { purpose: "TensorFlow", free });
    expect(() => check(2e8)).toThrow("TensorFlow needs 1.4 GB, and 200 MB are free for /here");
    expect(() => check(2e9)).not.toThrow();
  });

  it.each(["18.20.8", "20.18.3", "8.0.0"])("refuse Node %s", (version) => {
    expect(() => checkNode(version)).toThrow(`Node ${version} is too old`);
  });

  it.each(["20.19.0", "22.1.0", "26.10.0"])("accept Node %s", (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });
});

describe("The npm step", () => {
  const root = temporaryFolder();
  const context = createContext({ root });
  const write = (file: string, value: unknown) =>
    writeFileSync(join(root, file), JSON.stringify(value));
  const locked = (packages: Record<string, object>, dependencies = { a: "1.0.0" }) => ({
    packages: { "": { dependencies }, ...packages },
  });

  it("is done when npm's own list agrees with the lockfile, missing optional packages aside", () => {
    mkdirSync(join(root, "node_modules"));
    write("package.json", { dependencies: { a: "1.0.0" } });
    const packages = { "node_modules/a": { version: "1.0.0" } };
    write(
      "package-lock.json",
      locked({ ...packages, "node_modules/b": { version: "2.0.0", optional: true } }),
    );
    expect(npm.fresh(context)).toBe(false);
    write("node_modules/.package-lock.json", { packages });
    expect(npm.fresh(context)).toBe(true);
  });

  it("is due when a version, a dependency or a package differs", () => {
    write("node_modules/.package-lock.json", {
      packages: { "node_modules/a": { version: "1.0.1" } },
    });
    expect(npm.fresh(context)).toBe(false);
    write("node_modules/.package-lock.json", {
      packages: { "node_modules/a": { version: "1.0.0" } },
    });
    expect(npm.fresh(context)).toBe(true);
    write("package.json", { dependencies: { a: "1.0.0", c: "1.0.0" } });
    expect(npm.fresh(context)).toBe(false);
  });
});

describe("An entry of the cache", () => {
  const context = { ...createContext(), cache: temporaryFolder() };
  const report = { update() {}, note() {} };
  const isGood = () => true;

  it("is made once for all who want it at the same time", { tags: "slow" }, async () => {
    let made = 0;
    const make = async (draft: string) => {
      made++;
      writeFileSync(join(draft, "file"), "whole");
    };
    const want = () => cacheEntry(context, "kind/one", { isGood, make, report });
    const folders = await Promise.all([want(), want(), want()]);
    expect(new Set(folders).size).toBe(1);
    expect(made).toBe(1);
  });

  it("that could not be made leaves nothing behind", async () => {
    const make = () => Promise.reject(new Error("cut off"));
    await expect(cacheEntry(context, "kind/two", { isGood, make, report })).rejects.toThrow(
      "cut off",
    );
    const again = await cacheEntry(context, "kind/two", { isGood, make: async () => {}, report });
    expect(again).toBe(join(context.cache, "kind", "two"));
  });
});

describe("Kernelspecs", () => {
  it("start the built kernel by absolute paths, in both languages, and stock tslab in a clone", () => {
    const context = createContext();
    const specs = kernelspecs(context) as Record<string, { argv: string[]; language: string }>;
    expect(Object.keys(specs)).toEqual(["qatlab", "qatlab-js", "tslab"]);
    for (const { argv } of Object.values(specs)) {
      expect(argv[0]).toBe(process.execPath);
      expect(argv).toContain("{connection_file}");
    }
    expect(specs["qatlab-js"]?.argv.at(-1)).toBe("--language=javascript");
  });
});

describe("The sum of a suite", () => {
  it("is its last line of that form", () => {
    expect(sumIn("1 passed, 0 failed\nnoise\n12 passed, 3 failed, 1 skipped\n")).toEqual({
      passed: 12,
      failed: 3,
      skipped: 1,
    });
    expect(sumIn("2 passed, 0 failed\n")).toEqual({ passed: 2, failed: 0, skipped: 0 });
    expect(sumIn("all passed\n")).toBeUndefined();
  });
});
