import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isPlaced } from "../../../scripts/setup/kernels.mjs";
import { loadKernels } from "../../../src/tensorflow/loading/kernels.node.js";
import { kernelAddon } from "../../../src/tensorflow/tf.js";
import { addon } from "./values.js";

/** Whether the process runs with kernels of another file, as under a sanitizer. */
const named = isAbsolute(process.env.QATLAB_KERNELS ?? "");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-kernels-"));
  // Whatever kernels the other tests run with, as under a sanitizer.
  vi.stubEnv("QATLAB_KERNELS", "on");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

/** A `require` that finds a tfjs-node, with a file beside its binding or without. */
function requireBeside(file?: string): NodeJS.Require {
  const lib = join(folder, "node_modules", "@tensorflow", "tfjs-node", "lib", "napi-v8");
  mkdirSync(lib, { recursive: true });
  writeFileSync(join(lib, "..", "..", "package.json"), "{}");
  if (file) writeFileSync(join(lib, "qatlab_kernels.node"), file);
  return createRequire(join(folder, "index.js"));
}

describe("loadKernels(require)", () => {
  it.runIf(isPlaced("node_modules"))("loads the kernels that the set-up compiled", () => {
    expect(addon?.version).toBeGreaterThan(0);
  });

  it.runIf(named)("loads those of the file that QATLAB_KERNELS names", () => {
    expect(kernelAddon).toHaveProperty("version");
  });

  it("says why there are none", () => {
    expect(loadKernels(requireBeside())).toBe("they aren't built");
    expect(loadKernels(requireBeside("no library"))).toMatch("qatlab_kernels.node");
  });

  it("leaves out those of another version", () => {
    const found = requireBeside("of another version");
    const require = Object.assign(() => ({ version: 0 }), { resolve: found.resolve });
    expect(loadKernels(require as never)).toMatch(
      /^they are of version 0 \(expected \d+\): run npx qatlab setup$/,
    );
  });

  it("leaves them out where QATLAB_KERNELS is off, and refuses other values", () => {
    vi.stubEnv("QATLAB_KERNELS", "off");
    expect(loadKernels(requireBeside())).toBe("QATLAB_KERNELS is off");
    vi.stubEnv("QATLAB_KERNELS", "yes");
    expect(() => loadKernels(requireBeside())).toThrow(
      "invalid QATLAB_KERNELS: yes (expected on, the default, off, or the absolute path of a .node file)",
    );
    vi.stubEnv("QATLAB_KERNELS", join(folder, "missing.node"));
    expect(loadKernels(requireBeside())).toMatch("missing.node");
  });
});
