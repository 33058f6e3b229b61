import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (file: string) => readFileSync(root + file, "utf8");
const { engines, scripts } = JSON.parse(read("package.json"));
const newest = 22;

describe("The dev container", () => {
  const container = JSON.parse(read(".devcontainer/devcontainer.json"));

  // https://containers.dev/implementors/json_reference: the kinds of the properties that the file uses.
  it("has properties of the specification, each of its kind", () => {
    const kinds: Record<string, (value: any) => boolean> = {
      name: (value) => typeof value === "string",
      build: ({ dockerfile }) => read(`.devcontainer/${dockerfile}`).startsWith("#"),
      remoteUser: (value) => typeof value === "string",
      hostRequirements: ({ cpus, memory, storage }) =>
        Number.isInteger(cpus) && [memory, storage].every((size) => /^\d+([tgmk]b)?$/.test(size)),
      postCreateCommand: (value) => typeof value === "string",
      forwardPorts: (value) => value.every((port: unknown) => Number.isInteger(port)),
      portsAttributes: (value) =>
        Object.entries<any>(value).every(
          ([port, { label, onAutoForward, ...rest }]) =>
            container.forwardPorts.includes(Number(port)) &&
            typeof label === "string" &&
            ["notify", "openBrowser", "openPreview", "silent", "ignore"].includes(onAutoForward) &&
            Object.keys(rest).length === 0,
        ),
    };
    expect(Object.keys(container).filter((name) => !kinds[name]?.(container[name]))).toEqual([]);
  });

  it("has a Node that the package takes, and a command that there is", () => {
    expect(engines.node).toBe(">=20.19");
    expect(read(".devcontainer/Dockerfile")).toContain(`\nFROM node:${newest}-`);
    const [, script = ""] = /^npm run (\w+)$/.exec(container.postCreateCommand) ?? [];
    expect(Object.keys(scripts)).toContain(script);
  });
});

describe("Binder's files", () => {
  it("name channels and packages alone, which conda can read, and a Node that the package takes", () => {
    const lines = read(".binder/environment.yml")
      .split("\n")
      .filter((line) => /^[^#]/.test(line));
    expect(lines).toEqual([
      "name: qatlab",
      "channels:",
      "  - conda-forge",
      "dependencies:",
      "  - python=3.12",
      `  - nodejs=${newest}`,
      "  - pip",
    ]);
  });

  it("end the image with commands that there are", () => {
    const script = read(".binder/postBuild");
    expect(statSync(`${root}.binder/postBuild`).mode & 0o100).toBe(0o100);
    const commands = [...script.matchAll(/^npm run (\w+)$/gm)].map(([, name]) => name!);
    expect(commands.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const files = [...script.matchAll(/-[rc] (\S+)/g)].map(([, file]) => file!);
    expect(files.map((file) => statSync(root + file).isFile())).toEqual([true, true]);
    expect(script).toContain("node scripts/qatlab.mjs install --sys-prefix");
  });
});
