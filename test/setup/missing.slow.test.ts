import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
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

/** A program that answers the question set-up asks every Python. */
function fakePython(answer: object): string {
  const folder = pathWith(["node", "npm", "git", "sh", "env"]);
  const file = join(folder, "python3");
  writeFileSync(file, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
  chmodSync(file, 0o755);
  return folder;
}

describe("Set-up on a machine that lacks", () => {
  const clone = emptyClone();
  const setUp = (env: NodeJS.ProcessEnv) =>
    qatlab(clone, ["setup"], { env: { QATLAB_CACHE: temporaryFolder(), ...env } });

  it("Python says what to install, before anything long begins", async () => {
    const { status, output } = await setUp({ PATH: pathWith(["node", "npm", "sh", "env"]) });
    expect(status).toBe(1);
    expect(output).toMatch(
      /^\n\[FAIL\] Python 3\.10 or newer was not found\n +Install it \(Debian/,
    );
  });

  it("a new Python says which one it found", async () => {
    const PATH = fakePython({
      path: "/usr/bin/python3",
      version: [3, 8, 18],
      venv: true,
      pip: true,
    });
    const { status, output } = await setUp({ PATH });
    expect(status).toBe(1);
    expect(output).toContain("python3 is 3.8.18; 3.10 or newer is needed");
  });

  it("Debian's python3-venv says so", async () => {
    const PATH = fakePython({
      path: "/usr/bin/python3",
      version: [3, 11, 2],
      venv: false,
      pip: true,
    });
    const { status, output } = await setUp({ PATH });
    expect(status).toBe(1);
    expect(output).toContain("apt install python3-venv");
  });

  it("a new Node says so in a sentence, even on a Node that can't read the program", async () => {
    const folder = temporaryFolder();
    const name = `node-${process.platform}-${process.arch}@14`;
    const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder];
    execFileSync("npm", ["install", ...options, name], { stdio: "pipe" });
    const node = join(folder, "node_modules", name.split("@")[0] ?? "", "bin", "node");
    const { status, output } = await qatlab(clone, ["start"], { node });
    expect(status).toBe(1);
    expect(output).toMatch(
      /^\n\[FAIL\] Node 14\.\S+ is too old \(20\.19 or newer is needed\)\n.*Install/,
    );
  });

  it("a network says what was not reached and how to go on", async () => {
    const { status, output } = await setUp({
      ...unreachable,
      PIP_RETRIES: "0",
      npm_config_registry: "http://127.0.0.1:9/",
      npm_config_cache: temporaryFolder(),
      npm_config_fetch_retries: "0",
    });
    expect(status).toBe(1);
    expect(output).toMatch(/\[FAIL\] npm ci failed .*: the network was not reached/);
    expect(output).toContain("then run the same command again");
  });

  it("room on the disk says how much is needed and where", async ({ skip }) => {
    const cache = temporaryFolder();
    const mount = `mount -t tmpfs -o size=64m tmpfs ${cache}`;
    const inNamespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"];
    try {
      execFileSync("unshare", [...inNamespace.slice(1), mount], { stdio: "pipe" });
    } catch {
      skip("this machine lets nobody mount a small file system (unshare --user --mount)");
    }
    const command = `${mount} && exec "$0" scripts/qatlab.mjs setup`;
    const { status, output } = await start([...inNamespace, command, process.execPath], {
      cwd: clone,
      env: { QATLAB_CACHE: cache },
    }).ended;
    expect(status).toBe(1);
    expect(output).toMatch(
      /\[FAIL\] the disk is full: TensorFlow needs 1\.4 GB, and 6\d MB are free for/,
    );
    expect(output).toContain("QATLAB_CACHE");
  });

  it("nothing but time is examined by the doctor before set-up", async () => {
    const { status, output } = await qatlab(emptyClone(), ["doctor"]);
    expect(status).toBe(1);
    for (const part of ["npm packages", "TensorFlow", "build", "kernels", "JupyterLab"]) {
      expect(output).toMatch(new RegExp(`\\[FAIL\\] ${part}: .* … run: `));
    }
    expect(output).toMatch(/\[ok\] +Node: /);
    expect(output).toMatch(/\[ok\] +data: /);
  });
});
