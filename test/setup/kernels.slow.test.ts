import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { createContext, venvPython } from "../../scripts/setup/context.mjs";
import { isPlaced, kernelsKey, place, provide } from "../../scripts/setup/kernels.mjs";
import { readNatives } from "../../scripts/setup/natives.mjs";
import { readJson } from "../../scripts/setup/stamp.mjs";
import { removeAll, root, temporaryFolder } from "./clone.js";

afterAll(removeAll);
afterEach(() => {
  vi.unstubAllEnvs();
});

const installed = join(root, "node_modules", "@tensorflow", "tfjs-node");

/** A node_modules with this clone's tfjs-node, whose binding may get other neighbours. */
function modules(): string {
  const nodeModules = join(temporaryFolder(), "node_modules");
  const target = join(nodeModules, "@tensorflow", "tfjs-node");
  mkdirSync(target, { recursive: true });
  for (const part of ["dist", "deps"]) symlinkSync(join(installed, part), join(target, part));
  copyFileSync(join(installed, "package.json"), join(target, "package.json"));
  cpSync(join(installed, "lib"), join(target, "lib"), { recursive: true });
  return nodeModules;
}

/** A compiler that takes C++17, and answers each other call with a few lines of shell. */
function useCompiler(answer: string) {
  const compiler = join(temporaryFolder(), "compiler");
  const cases = `*--version*) echo made up 1.0;; *-fsyntax-only*) ;; *) ${answer};;`;
  writeFileSync(compiler, `#!/bin/sh\ncase "$*" in ${cases} esac\n`, { mode: 0o755 });
  vi.stubEnv("CXX", compiler);
}

describe("The kernels", () => {
  const natives = readNatives(createContext());
  const { entry = "", folder = "" } = natives ?? {};
  const parts = (notes: string[] = []) => ({
    nodeModules: join(root, "node_modules"),
    python: venvPython(createContext()),
    library: { entry, folder, manifest: readJson(join(folder, "manifest.json")) },
    report: { update() {}, note: (note: string) => void notes.push(note) },
  });
  const inCache = () => ({ ...createContext(), cache: temporaryFolder() });

  it.runIf(natives?.facts)("are compiled again where the cache was cut short", async () => {
    useCompiler(`while [ "$1" != -o ]; do shift; done; echo compiled > "$2"`);
    const context = inCache();
    const first = await provide(context, parts());
    if ("missing" in first) throw new Error(first.missing);
    const file = join(first.folder, "qatlab_kernels.node");
    writeFileSync(file, "comp");
    const notes: string[] = [];
    await provide(context, parts(notes));
    expect(notes).toEqual(["the copy in the cache was changed or cut short; making it again"]);
    expect(readFileSync(file, "utf8")).toBe("compiled\n");
  });

  it.runIf(natives?.facts)(
    "are compiled again where another set-up was ended half-way",
    async () => {
      useCompiler(`while [ "$1" != -o ]; do shift; done; echo compiled > "$2"`);
      const context = inCache();
      const entry = join(context.cache, "kernels", kernelsKey(parts()));
      // The draft and the lock of a process that exists no more, and an entry without its last file.
      const draft = `${entry}.draft-1`;
      for (const folder of [draft, entry]) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "qatlab_kernels.node"), "half");
      }
      const lock = `${entry}.lock`;
      mkdirSync(lock);
      writeFileSync(join(lock, "owner.json"), JSON.stringify({ pid: 2 ** 22 + 1, started: "1" }));
      const found = await provide(context, parts());
      if ("missing" in found) throw new Error(found.missing);
      expect(readFileSync(join(found.folder, "qatlab_kernels.node"), "utf8")).toBe("compiled\n");
      expect([draft, lock].filter((folder) => existsSync(folder))).toEqual([]);
    },
  );

  it.runIf(natives?.facts)("are left out where the cache can't be written to", async () => {
    useCompiler("exit 1");
    const cache = join(temporaryFolder(), "file");
    // The user root may write into any folder, but not into a file.
    writeFileSync(cache, "");
    const found = await provide({ ...createContext(), cache }, parts());
    expect(found).toEqual({ missing: expect.stringMatching(/^(ENOTDIR|EEXIST)/) });
  });

  it.runIf(natives?.facts)("are taken from a cache that can only be read", async () => {
    useCompiler(`while [ "$1" != -o ]; do shift; done; echo compiled > "$2"`);
    const context = inCache();
    const made = await provide(context, parts());
    // From now on a call of the compiler fails.
    useCompiler("exit 1");
    const folders = [context.cache, join(context.cache, "kernels")];
    for (const folder of folders) chmodSync(folder, 0o555);
    try {
      expect(made).toHaveProperty("folder");
      expect(await provide(context, parts())).toEqual(made);
    } finally {
      for (const folder of folders) chmodSync(folder, 0o755);
    }
  });

  it.runIf(natives?.facts)(
    "are left out where the compiler fails, with its first error",
    async () => {
      useCompiler('echo "loops.cc: error: no luck"; exit 1');
      const found = await provide(inCache(), parts());
      expect(found).toEqual({ missing: expect.stringMatching(/C\+\+ compiler.*error: no luck/) });
      const nodeModules = modules();
      expect(await place(nodeModules, found)).toMatch("no luck");
      expect(isPlaced(nodeModules)).toBe(false);
    },
  );

  it.runIf(natives?.facts)("are taken away where they don't load", async () => {
    const kernels = { entry: "kernels/broken", folder: temporaryFolder() };
    writeFileSync(join(kernels.folder, "qatlab_kernels.node"), "no library");
    const nodeModules = modules();
    expect(await place(nodeModules, kernels)).toMatch("loading the kernels failed");
    expect(isPlaced(nodeModules)).toBe(false);
    expect(existsSync(join(installed, "lib", "napi-v8", "tfjs_binding.node"))).toBe(true);
  });
});
