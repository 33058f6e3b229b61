import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { afterEach, describe, expect, it } from "vitest";
import { findHost } from "../../src/display/findHost.js";
import { installHost } from "../fixtures/host.js";

describe("findHost", () => {
  const require = createRequire(import.meta.url);
  const path = require.resolve("tslab/dist/jupyter.js");

  afterEach(() => {
    delete require.cache[path];
  });

  it("is a terminal in a plain program", () => {
    expect(findHost().name).toBe("terminal");
  });

  it("is the kernel as soon as there is one", () => {
    const kernel = installHost();
    expect(findHost()).toBe(kernel.host);
    kernel.remove();
    expect(findHost().name).toBe("terminal");
  });

  it("is stock tslab where its kernel has been loaded and runs a cell", { tags: "slow" }, () => {
    const jupyter = require(path);
    expect(findHost().name).toBe("terminal");
    const written: unknown[] = [];
    jupyter.lastWriteDisplayData = (...args: unknown[]) => written.push(args);
    const host = findHost();
    expect(host.name).toBe("tslab");
    host.display({ "text/plain": "a" }, { displayId: "d", update: true });
    expect(written).toEqual([
      [{ data: { "text/plain": "a" }, metadata: {}, transient: { display_id: "d" } }, true],
    ]);
    jupyter.lastWriteDisplayData = null;
  });

  it("prints only the first and final states into a file", { tags: "slow" }, () => {
    const program = `
      const { progress, display } = await import("./dist/display/index.js");
      const bar = progress({ total: 3, label: "Work" });
      for (let i = 0; i < 3; i++) { bar.tick(); await new Promise((r) => setTimeout(r, 150)); }
      display(7);
    `;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect(output).toMatch(/^7\nWork ━{24} 3\/3 · \d+\.\d s\n$/);
  });
});
