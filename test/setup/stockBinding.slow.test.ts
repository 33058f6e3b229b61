import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { doctor } from "../../scripts/commands/doctor.mjs";
import { install } from "../../scripts/setup/binding.mjs";
import { createContext, venvPython } from "../../scripts/setup/context.mjs";
import { readNatives } from "../../scripts/setup/natives.mjs";
import { readJson, writeJson } from "../../scripts/setup/stamp.mjs";
import { removeAll, root, temporaryFolder } from "./clone.js";

afterAll(removeAll);

/** A node_modules like this clone's, whose tfjs-node is a copy that may be changed. */
function modulesWithOwnTfjsNode(): string {
  const nodeModules = join(temporaryFolder(), "node_modules");
  const scope = join(nodeModules, "@tensorflow");
  mkdirSync(scope, { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name === "@tensorflow" || name.startsWith(".")) continue;
    symlinkSync(join(root, "node_modules", name), join(nodeModules, name));
  }
  for (const name of readdirSync(join(root, "node_modules", "@tensorflow"))) {
    const from = join(root, "node_modules", "@tensorflow", name);
    if (name !== "tfjs-node") symlinkSync(from, join(scope, name));
    else
      cpSync(from, join(scope, name), {
        recursive: true,
        filter: (file) => !/\/(lib|deps)$/.test(file),
      });
  }
  return nodeModules;
}

describe("A tfjs-node that the patch isn't made for", () => {
  const natives = readNatives(createContext());
  const cache = temporaryFolder();
  const context = { ...createContext(), cache, state: temporaryFolder() };
  const nodeModules = modulesWithOwnTfjsNode();

  it.runIf(natives?.facts)("is compiled as it is, with a note, and trains", async () => {
    const header = join(nodeModules, "@tensorflow", "tfjs-node", "binding", "tfjs_backend.h");
    const text = readFileSync(header, "utf8");
    writeFileSync(header, text.replace("// - tags_value (string)", "// - tags_value"));
    const { entry = "", folder = "" } = natives ?? {};
    const library = { entry, folder, manifest: readJson(join(folder, "manifest.json")) };
    const notes: string[] = [];
    const report = { update() {}, note: (note: string) => notes.push(note) };
    const parts = { nodeModules, python: venvPython(context), library, report };
    const { facts, stock } = await install(context, parts);
    expect(facts).toMatchObject({ backend: "tensorflow", sessionConfig: false });
    expect(stock).toMatch(
      /^the patch is not made for tfjs-node 4\.22\.0: .*tfjs_backend\.h is not/,
    );
    expect(notes).toEqual([`compiled without qatlab's patch (${stock})`]);
    writeJson(join(context.state, "natives.json"), { ...natives, nodeModules, facts, stock });
  });

  it.runIf(natives?.facts)("is told by the doctor, as no fault", async () => {
    const lines: string[] = [];
    const write = vi.spyOn(process.stdout, "write").mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
    await doctor([], context);
    write.mockRestore();
    expect(lines.join("")).toMatch(
      /^\[ok\] +TensorFlow: .*rewrite: false needs the patched binding, this one is stock because the patch/m,
    );
  });
});
