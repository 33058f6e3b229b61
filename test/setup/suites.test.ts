import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runSuite } from "../../scripts/test/runSuite.mjs";
import { removeAll, root, temporaryFolder } from "./clone.js";

afterAll(removeAll);

describe("A suite", () => {
  // The output of these suites isn't part of the output of the suite that runs this file.
  beforeEach(() => void vi.spyOn(process.stdout, "write").mockReturnValue(true));
  afterEach(() => void vi.restoreAllMocks());

  const run = (script: string, options: { limit?: number } = {}) =>
    runSuite({ name: "suite", command: ["sh", "-c", script] }, { root, ...options });

  it.each([
    ["counts what it says", "echo '3 passed, 0 failed, 1 skipped'", [3, 0, 1]],
    [
      "that fails without a failed test has one",
      "echo '3 passed, 0 failed, 0 skipped'; exit 1",
      [3, 1, 0],
    ],
    ["that prints no sum has failed", "echo fine", [0, 1, 0]],
    ["that crashes has failed", "kill -9 $$", [0, 1, 0]],
  ])("%s", { tags: "slow" }, async (_, script, [passed, failed, skipped]) => {
    expect(await run(script)).toEqual({ passed, failed, skipped, failures: [] });
  });

  it("that can't be started has failed", async () => {
    const missing = { name: "suite", command: ["no-such-program"] };
    expect(await runSuite(missing, { root })).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  });

  it("names its failed tests, as vitest, unittest and the other programs print them", async () => {
    const lines = [
      "✓ good",
      "failed: a.test.ts > b",
      "FAIL: test_c (d)",
      "ERROR: test_e (f)",
      "✗ g (2 s)",
    ];
    const print = `printf '${lines.join("\\n")}\\n'`;
    const { failures } = await run(`${print}; echo '1 passed, 4 failed, 0 skipped'; exit 1`);
    expect(failures).toEqual(["a.test.ts > b", "test_c (d)", "test_e (f)", "g (2 s)"]);
    expect((await run(`${print}; echo '1 passed, 0 failed, 0 skipped'`)).failures).toEqual([]);
  });

  it("that hangs is ended, also when a program it started holds its output open", async () => {
    const sum = await run("sleep 60 & sleep 60", { limit: 200 });
    expect(sum).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe(".ci/run", () => {
  /** Runs it in a folder where `npm test` is this script. */
  function ci(npm: string) {
    const folder = temporaryFolder();
    cpSync(join(root, ".ci"), join(folder, ".ci"), { recursive: true });
    const programs = join(folder, "programs");
    mkdirSync(programs);
    for (const [name, script] of [
      ["npm", npm],
      ["chromium", ""],
    ] as const) {
      writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(programs, name), 0o755);
    }
    const { status, stdout } = spawnSync(join(folder, ".ci", "run"), {
      encoding: "utf8",
      env: { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH}` },
    });
    return { status, last: stdout.trim().split("\n").at(-1) };
  }

  it("ends with the sum, below what npm may have to say", () => {
    const good = ci("echo '5 passed, 0 failed, 1 skipped'; echo 'npm notice a new npm' >&2");
    expect(good).toEqual({ status: 0, last: "5 passed, 0 failed, 1 skipped" });
  });

  it.each([
    [
      "a test failed",
      "echo '5 passed, 2 failed, 0 skipped'; exit 1",
      "5 passed, 2 failed, 0 skipped",
    ],
    [
      "npm test was cut short after a suite",
      "echo '5 passed, 0 failed, 0 skipped'; kill -9 $$",
      "0 passed, 1 failed, 0 skipped",
    ],
    ["there is no sum", "exit 0", "0 passed, 1 failed, 0 skipped"],
    ["npm test did not start", "exit 127", "0 passed, 1 failed, 0 skipped"],
  ])("fails when %s", (_, npm, last) => {
    expect(ci(npm)).toEqual({ status: 1, last });
  });
});

describe("The command line", () => {
  const qatlab = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "scripts", "qatlab.mjs"), ...args], {
      encoding: "utf8",
      env: { ...process.env, QATLAB_CACHE: temporaryFolder() },
    });

  it.each(["build", "clean", "doctor", "install", "reset", "setup", "start", "test"])(
    "explains %s when asked with --help, and does nothing",
    (command) => {
      const { status, stdout, stderr } = qatlab(command, "--help");
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(/^usage: (qatlab|npm)/);
    },
  );

  it.each(["build", "clean", "doctor", "install", "reset", "setup", "start", "test"])(
    "refuses an option that %s doesn't have, with the usage",
    (command) => {
      const { status, stdout, stderr } = qatlab(command, "--nothing");
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain("Unknown option '--nothing'");
      expect(stderr).toContain("usage: ");
    },
  );

  it("refuses two notebooks to open, and a port that there isn't", () => {
    expect(qatlab("start", "a.ipynb", "b.ipynb").stderr).toContain("invalid notebooks: a.ipynb b");
    expect(qatlab("start", "--port", "http").stderr).toContain("invalid port: http (expected an");
  });
});

describe("qatlab clean", () => {
  it("refuses an option it doesn't know, before it removes anything", () => {
    const cache = temporaryFolder();
    mkdirSync(join(cache, "tensorflow", "old"), { recursive: true });
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, "scripts", "qatlab.mjs"), "clean", "--dryrun"],
      { encoding: "utf8", env: { ...process.env, QATLAB_CACHE: cache } },
    );
    expect(status).toBe(1);
    expect(stderr).toContain("usage: qatlab clean [--all] [--dry-run]");
    expect(execFileSync("ls", [join(cache, "tensorflow")], { encoding: "utf8" })).toBe("old\n");
  });

  it("keeps data sets while a clone lives, and one that is being downloaded in any case", () => {
    const cache = temporaryFolder();
    for (const name of ["mnist", "cifar-10"])
      mkdirSync(join(cache, "datasets", name, "x"), { recursive: true });
    const clone = temporaryFolder();
    mkdirSync(join(cache, "clones"));
    writeFileSync(join(clone, "package.json"), "{}");
    writeFileSync(join(cache, "clones", "one.json"), JSON.stringify({ root: clone, uses: [] }));
    writeFileSync(join(cache, "datasets", "cifar-10", `batch.gz.${process.pid}.part`), "");
    const clean = (...options: string[]) =>
      execFileSync(process.execPath, [join(root, "scripts", "qatlab.mjs"), "clean", ...options], {
        encoding: "utf8",
        env: { ...process.env, QATLAB_CACHE: cache },
      });
    expect(clean()).toContain(`datasets/mnist: used by ${clone}; kept`);
    const all = clean("--all");
    expect(all).toContain("datasets/mnist: used by");
    expect(all).toContain("datasets/cifar-10: being made; kept");
    expect(execFileSync("ls", [join(cache, "datasets")], { encoding: "utf8" })).toBe("cifar-10\n");
  });

  it("removes data sets when no clone lives", () => {
    const cache = temporaryFolder();
    mkdirSync(join(cache, "datasets", "mnist"), { recursive: true });
    const output = execFileSync(
      process.execPath,
      [join(root, "scripts", "qatlab.mjs"), "clean", "--dry-run"],
      { encoding: "utf8", env: { ...process.env, QATLAB_CACHE: cache } },
    );
    expect(output).toContain("datasets/mnist: unused; would be removed");
  });
});
