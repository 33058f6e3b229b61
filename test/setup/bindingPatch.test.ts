import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { applyPatch, bindingPatch, parsePatch } from "../../scripts/setup/bindingPatch.mjs";
import { readNatives } from "../../scripts/setup/natives.mjs";
import { hashTree } from "../../scripts/setup/stamp.mjs";
import { removeAll, root, temporaryFolder } from "./clone.js";

afterAll(removeAll);

/** A folder with the binding's sources as npm installed them. */
function sources(): string {
  const folder = temporaryFolder();
  const shipped = join(root, "node_modules", "@tensorflow", "tfjs-node", "binding");
  cpSync(shipped, join(folder, "binding"), { recursive: true });
  return folder;
}

/** Changes `binding/FILE` and says what the patch makes of it. */
function patchChanged(file: string, change: (text: string) => string) {
  const folder = sources();
  const path = join(folder, "binding", file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
  const before = hashTree(folder);
  return { misfit: applyPatch(folder), untouched: () => expect(hashTree(folder)).toEqual(before) };
}

describe("The recorded patch of tfjs-node's binding", () => {
  it("changes the shipped sources as git does", () => {
    const [ours, gits] = [sources(), sources()];
    expect(applyPatch(ours)).toBeUndefined();
    execFileSync("git", ["apply", "--unsafe-paths", "-"], { cwd: gits, input: bindingPatch });
    expect(hashTree(ours)).toEqual(hashTree(gits));
    expect(hashTree(ours)).not.toEqual(hashTree(sources()));
  });

  it("has hunks that git finds well-formed, and no more than it lists", () => {
    const hunks = parsePatch(bindingPatch);
    expect(hunks).toHaveLength(bindingPatch.match(/^@@ -/gm)!.length);
    for (const { before, after } of hunks) expect(before).not.toBe(after);
  });

  it("changes nothing where one of its places reads otherwise, and says which", () => {
    const { misfit, untouched } = patchChanged("tfjs_binding.cc", (text) =>
      text.replace("size_t argc = 2;", "size_t argc = 3;"),
    );
    expect(misfit).toMatch(
      /^what the patch changes at line \d+ of binding\/tfjs_binding\.cc is not/,
    );
    untouched();
  });

  it("changes nothing where one of its places is there twice", () => {
    const { misfit, untouched } = patchChanged("tfjs_backend.h", (text) => text + text);
    expect(misfit).toMatch(/of binding\/tfjs_backend\.h is there 2 times$/);
    untouched();
  });

  it("changes nothing where a file is missing", () => {
    const folder = temporaryFolder();
    expect(applyPatch(folder)).toBe("there is no binding/tfjs_backend.cc");
  });

  it("doesn't fit sources that have it already", () => {
    const folder = sources();
    applyPatch(folder);
    const before = hashTree(folder);
    expect(applyPatch(folder)).toContain("is not there");
    expect(hashTree(folder)).toEqual(before);
  });
});

describe("A compiled binding", () => {
  afterEach(() => {
    vi.doUnmock("../../scripts/setup/bindingPatch.mjs");
    vi.resetModules();
  });

  it("is another one when the patch changes", async () => {
    const parts = { nodeModules: join(root, "node_modules"), library: { entry: "one" } };
    const keyWith = async (patch: string) => {
      vi.resetModules();
      vi.doMock("../../scripts/setup/bindingPatch.mjs", () => ({
        applyPatch,
        bindingPatch: patch,
      }));
      return (await import("../../scripts/setup/binding.mjs")).bindingKey(parts);
    };
    expect(await keyWith(bindingPatch)).toBe(await keyWith(bindingPatch));
    expect(await keyWith(bindingPatch)).not.toBe(await keyWith(`${bindingPatch} `));
  });

  it("is recorded as patched by this clone's set-up", ({ skip }) => {
    const natives = readNatives({ state: join(root, ".qatlab") } as never);
    if (!natives?.facts) skip("this clone has no native TensorFlow");
    expect(natives?.stock).toBeUndefined();
  });
});
