import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { whole } from "../fixtures/whole.js";
import { emptyClone, pathWith, qatlab, removeAll, start, temporaryFolder } from "./clone.js";

afterAll(removeAll);

describe("Set-up that is stopped", () => {
  const clone = emptyClone();
  const cache = temporaryFolder();
  const env = { QATLAB_CACHE: cache };
  const setUp = () =>
    start([process.execPath, join("scripts", "qatlab.mjs"), "setup"], { cwd: clone, env });

  it("in the middle of its downloads leaves nothing half-made in the cache", async () => {
    const run = setUp();
    await run.says(/… TensorFlow/);
    await sleep(1500);
    process.kill(run.pid, "SIGKILL"); // the programs it runs live on: the next run ends them
    await run.ended;
    const entries = readdirSync(join(cache, "tensorflow"));
    expect(entries.filter((name) => !/\.(lock|draft)/.test(name))).toEqual([]);
  });

  it("by Ctrl-C while it compiles says how to go on", async () => {
    const run = setUp();
    await run.says(/… TensorFlow's binding/);
    run.signal("SIGINT");
    const { status, output } = await run.ended;
    expect(status).toBe(130);
    expect(output).toContain("Run the same command again to go on.");
  });

  it("goes on where it was, also when two run at once: one waits, nothing is done twice", async () => {
    const first = setUp();
    await first.says(/…/);
    const second = setUp();
    const results = await Promise.all([first.ended, second.ended]);
    expect(results.map(({ status }) => status)).toEqual([0, 0]);
    const [one, two] = results.map(({ output }) => output);
    expect(two).toMatch(/waiting for another set-up of this clone \(process \d+\)/);
    expect(one).toContain("✓ TensorFlow's binding");
    expect(two).not.toContain("✓");
    expect(readdirSync(join(cache, "tensorflow"))).toEqual(["2.21.0-wheel-linux-x64"]);
    expect((await qatlab(clone, ["doctor"], { env })).output).not.toContain("[FAIL]");
  });

  // The compiler out of a wheel takes a minute.
  if (whole) {
    it("compiles with PyPI's ziglang where there is no compiler, and takes a damaged binding for none", async () => {
      const PATH = pathWith(["node", "npm", "git", "sh", "env", "python3"]);
      const [entry = ""] = readdirSync(join(cache, "binding"));
      writeFileSync(join(cache, "binding", entry, "tfjs_binding.node"), "damaged");
      writeFileSync(join(clone, ".qatlab", "natives.json"), "{}");
      const { status, output } = await qatlab(clone, ["setup"], { env: { ...env, PATH } });
      expect(output).toContain("the copy in the cache was changed or cut short");
      expect(output).toContain("ready, on TensorFlow 2.21.0");
      expect(status).toBe(0);
      const examined = await qatlab(clone, ["doctor"], { env: { ...env, PATH } });
      expect(examined.output).toContain("PyPI's ziglang 0.17.0 is used");
      expect(examined.output).toContain("backend tensorflow");
      expect(examined.output).not.toContain("this one is stock");
    });
  }
});
