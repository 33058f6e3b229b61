import { spawnSync } from "node:child_process";
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { whole } from "../fixtures/whole.js";
import {
  emptyClone,
  pathWith,
  qatlab,
  removeAll,
  start,
  temporaryFolder,
  unreachable,
} from "./clone.js";

afterAll(removeAll);

/** The words of the course when it is open. */
const openAddress = /http:\/\/\S+token=\w+/;

describe("An empty clone with an empty cache", () => {
  const clone = emptyClone();
  const cache = temporaryFolder();
  const env = { QATLAB_CACHE: cache };

  const setUp = () =>
    start([process.execPath, join("scripts", "qatlab.mjs"), "setup"], { cwd: clone, env });

  async function startCourse() {
    const course = start(["npm", "start", "--", "--no-browser"], { cwd: clone, env });
    const [address] = await course.says(openAddress);
    return { course, address };
  }

  it("has nothing half-made in its cache when set-up is killed in the middle of its downloads", async () => {
    const run = setUp();
    await run.says(/… TensorFlow/);
    await sleep(1500);
    process.kill(run.pid, "SIGKILL"); // the programs it runs live on: the next run ends them
    await run.ended;
    const entries = readdirSync(join(cache, "tensorflow"));
    expect(entries.filter((name) => !/\.(lock|draft)/.test(name))).toEqual([]);
  });

  it("hears how to go on when Ctrl-C ends set-up while it compiles", async () => {
    const run = setUp();
    await run.says(/… TensorFlow's binding/);
    run.signal("SIGINT");
    const { status, output } = await run.ended;
    expect(status).toBe(130);
    expect(output).toContain("Run the same command again to go on.");
  });

  it("is set up from there by npm start, once, also while a second set-up waits, and the course opens on 127.0.0.1", async () => {
    const course = start(["npm", "start", "--", "--no-browser"], { cwd: clone, env });
    await course.says(/…/);
    const second = setUp();
    const [address] = await course.says(openAddress);
    const waited = await second.ended;
    expect(waited.status).toBe(0);
    expect(waited.output).toMatch(/waiting for another set-up of this clone \(process \d+\)/);
    expect(waited.output).not.toContain("✓");
    expect(readdirSync(join(cache, "tensorflow"))).toEqual(["2.21.0-wheel-linux-x64"]);
    expect(address).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/lab\/tree\/my-course\/00-check-your-setup\.ipynb\?/,
    );
    expect((await fetch(address)).status).toBe(200);

    const { origin, searchParams } = new URL(address);
    const api = `${origin}/api/kernelspecs?token=${searchParams.get("token")}`;
    const { kernelspecs } = (await (await fetch(api)).json()) as { kernelspecs: object };
    expect(Object.keys(kernelspecs)).toEqual(
      expect.arrayContaining(["qatlab", "qatlab-js", "tslab"]),
    );
    expect((await fetch(`${origin}/api/kernelspecs`)).status).toBe(403);

    course.signal("SIGINT");
    const { output } = await course.ended;
    expect(output).toContain("✓ TensorFlow's binding");
    expect(output).toContain("Ending JupyterLab");
    await expect(fetch(origin)).rejects.toThrow();
  });

  it("has nothing left to do the second time", async () => {
    const { course } = await startCourse();
    course.signal("SIGINT");
    const { output } = await course.ended;
    expect(output).not.toContain("✓");
  });

  it("says which port is taken, and listens on the one asked for", async () => {
    const { course, address } = await startCourse();
    const { port } = new URL(address);
    const second = await qatlab(clone, ["start", "--no-browser", "--port", port], { env });
    expect(second.status).toBe(1);
    expect(second.output).toContain(`port ${port} is taken`);
    course.signal("SIGINT");
    await course.ended;
    const third = start(
      [process.execPath, "scripts/qatlab.mjs", "start", "--no-browser", "--port", port],
      {
        cwd: clone,
        env,
      },
    );
    const [again] = await third.says(openAddress);
    expect(new URL(again).port).toBe(port);
    third.signal("SIGINT");
    await third.ended;
  });

  it("leaves no server behind when Ctrl-C comes while it is starting", async () => {
    const course = start(["npm", "start", "--", "--no-browser"], { cwd: clone, env });
    const servers = () =>
      spawnSync("pgrep", ["-f", `root_dir=${clone}`], { encoding: "utf8" }).stdout;
    while (servers() === "") await sleep(20);
    course.signal("SIGINT");
    const { output } = await course.ended;
    expect(output).not.toContain("The course is open");
    expect(servers()).toBe("");
  });

  it("passes the doctor's examination, with native TensorFlow", async () => {
    const { status, output } = await qatlab(clone, ["doctor"], { env });
    expect(output).not.toContain("[FAIL]");
    expect(output).toMatch(/\[ok\] +TensorFlow: 2\.21\.0, .*backend tensorflow, \d+ threads/);
    expect(status).toBe(0);
  });

  it("opens without compiling a grammar of web addresses, which takes Python longer than all the rest", () => {
    const asked =
      'import importlib.util, nbclient; print(importlib.util.find_spec("rfc3987_syntax"))';
    const python = join(clone, ".venv", "bin", "python");
    expect(spawnSync(python, ["-c", asked], { encoding: "utf8" }).stdout.trim()).toBe("None");
  });

  it("has every part named by the doctor when it is broken", async () => {
    const data = join(clone, "data", "digits.bin");
    const before = readFileSync(data);
    truncateSync(data, 1000);
    rmSync(join(clone, ".venv", "share", "jupyter", "kernels", "qatlab"), { recursive: true });
    const { status, output } = await qatlab(clone, ["doctor"], { env });
    expect(status).toBe(1);
    expect(output).toMatch(
      /\[FAIL\] data: .*data\/digits\.bin … restore it: git checkout -- data\/digits\.bin/,
    );
    expect(output).toMatch(/\[FAIL\] kernels: not registered: qatlab … run: npx qatlab setup/);
    writeFileSync(data, before);
    expect((await qatlab(clone, ["setup"], { env })).status).toBe(0);
    expect((await qatlab(clone, ["doctor"], { env })).output).not.toContain("[FAIL]");
  });

  it("fetches the library again when its copy in the cache was cut short", async () => {
    const [entry = ""] = readdirSync(join(cache, "tensorflow"));
    truncateSync(join(cache, "tensorflow", entry, "lib", "libtensorflow_cc.so.2"), 1e6);
    const examined = await qatlab(clone, ["doctor"], { env });
    expect(examined.output).toMatch(/\[FAIL\] TensorFlow: .* … run: npx qatlab setup/);
    const { status, output } = await qatlab(clone, ["setup"], { env });
    expect(output).toContain("the copy in the cache was changed or cut short");
    expect(status).toBe(0);
    expect((await qatlab(clone, ["doctor"], { env })).output).toContain("backend tensorflow");
  });

  it("falls back to tfjs's cpu backend where no source of TensorFlow is reached", async () => {
    const offline = { ...unreachable, QATLAB_CACHE: temporaryFolder() };
    rmSync(join(clone, ".qatlab", "natives.json"));
    const setup = await qatlab(clone, ["setup"], { env: offline });
    expect(setup.status).toBe(0);
    expect(setup.output).toContain("PyPI's tensorflow-cpu 2.21.0: pip download failed");
    expect(setup.output).toContain(
      "the official archive of libtensorflow 2.9.1: the download failed",
    );
    expect(setup.output).toContain("cpu backend");
    const { status, output } = await qatlab(clone, ["doctor"], { env: offline });
    expect(status).toBe(1);
    expect(output).toMatch(
      /\[FAIL\] TensorFlow: not available, so the slower cpu backend is in use/,
    );
    expect((await qatlab(clone, ["setup"], { env })).output).toContain("TensorFlow 2.21.0");
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

  it("keeps files that a living clone uses in the cache, and removes the others", async () => {
    const [entry = ""] = readdirSync(join(cache, "tensorflow"));
    const kept = await qatlab(clone, ["clean"], { env });
    expect(kept.output).toMatch(new RegExp(`MB {2}tensorflow/${entry}: used by ${clone}; kept`));
    const other = emptyClone(); // has no part in the cache
    rmSync(join(clone, "package.json"));
    const dry = await qatlab(other, ["clean", "--dry-run"], { env });
    expect(dry.output).toMatch(new RegExp(`tensorflow/${entry}: unused; would be removed`));
    expect(existsSync(join(cache, "tensorflow", entry))).toBe(true);
    await qatlab(other, ["clean"], { env });
    expect(existsSync(join(cache, "tensorflow", entry))).toBe(false);
  });
});
