import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createContext, venvPython } from "../../scripts/setup/context.mjs";
import { removeAll, root, start, temporaryFolder } from "./clone.js";

afterAll(removeAll);

describe("The packed package", () => {
  const folder = temporaryFolder();
  const project = join(folder, "project");
  // The library comes from the clone's own cache; how it gets there is tested elsewhere.
  const npm = (...command: string[]) => start(command, { cwd: project }).ended;
  let tarball = "";

  it("holds the build and the set-up, no tests, and no path of the machine it was made on", async () => {
    const { output } = await start(["npm", "run", "package", "--", "--pack-destination", folder], {
      cwd: root,
    }).ended;
    tarball = join(folder, output.trim().split("\n").at(-1) ?? "");
    const files = execFileSync("tar", ["tzf", tarball], { encoding: "utf8" });
    expect(files).toContain("package/dist/index.js\n");
    expect(files).toContain("package/scripts/setup/labextension.mjs\n");
    expect(files).toContain("package/data/SHA256SUMS\n");
    // It holds no sources but those of the kernels, which the set-up compiles.
    expect(files).toContain("package/src/tensorflow/kernels/native/addon.cc\n");
    expect(files).not.toMatch(
      /package\/(test|src(?!\/tensorflow\/kernels\/native)|notebooks|\.qatlab)\//,
    );
    const contents = execFileSync("tar", ["xzOf", tarball], { encoding: "latin1", maxBuffer: 1e9 });
    expect(contents).not.toContain(root.replace(/\/$/, ""));
  });

  it("becomes part of an empty project and brings TensorFlow and the kernel with it", async () => {
    execFileSync("mkdir", [project]);
    writeFileSync(join(project, "package.json"), '{ "name": "project", "type": "module" }\n');
    expect((await npm("npm", "install", tarball)).status).toBe(0);
    const setup = await npm("npx", "qatlab", "setup");
    expect(setup.output).toContain("ready, on TensorFlow 2.21.0");
    expect((await npm("npx", "qatlab", "install", "--prefix", folder)).status).toBe(0);

    writeFileSync(
      join(project, "try.mjs"),
      'import * as q from "qatlab"; console.log(q.tf.getBackend(), q.tf.ones([2, 3]).sum().dataSync()[0]);',
    );
    expect((await npm("node", "try.mjs")).output).toContain("tensorflow 6");
    const life = join(root, "test", "nodes", "life.py");
    const { output, status } = await start([venvPython(createContext()), life, process.version], {
      cwd: project,
      env: { JUPYTER_PATH: join(folder, "share", "jupyter") },
    }).ended;
    expect(status, output).toBe(0);
  });

  it("gives the kernel alone, which goes on when the package is gone, in less than 60 MB", async () => {
    const alone = join(folder, "alone", "share", "jupyter");
    const installed = await start(
      ["node", "scripts/qatlab.mjs", "install", "--kernel-only", "--prefix", join(folder, "alone")],
      { cwd: root },
    ).ended;
    expect(installed.status, installed.output).toBe(0);
    expect(Number(/\((\d+) MB\)/.exec(installed.output)?.[1])).toBeLessThan(60);
    expect(readdirSync(join(alone, "kernels", "qatlab"))).toContain("logo-svg.svg");
    const { argv } = JSON.parse(
      readFileSync(join(alone, "kernels", "qatlab", "kernel.json"), "utf8"),
    ) as { argv: string[] };
    expect(argv.join(" ")).not.toContain(root);
    const life = join(root, "test", "nodes", "life.py");
    const { output, status } = await start(
      [venvPython(createContext()), life, process.version, "--kernel-only"],
      {
        cwd: folder,
        env: { JUPYTER_PATH: alone },
      },
    ).ended;
    expect(status, output).toBe(0);
  });
});
