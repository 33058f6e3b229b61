import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { arrows, picture, withPicture } from "../../scripts/rooms.mjs";
import { createContext } from "../../scripts/setup/context.mjs";
import { allSuites } from "../../scripts/test/suites.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (file: string) => readFileSync(join(root, file), "utf8");
const { version, scripts } = JSON.parse(read("package.json"));

describe("ARCHITECTURE.md", () => {
  it("has the picture of today's rooms (npm run rooms draws it)", () => {
    const page = read("ARCHITECTURE.md");
    expect(page).toBe(withPicture(page));
    expect(picture()).toContain("estimators --> quantizers");
  });

  it("names every room", () => {
    const rooms = readdirSync(join(root, "src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const table = read("ARCHITECTURE.md")
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    for (const room of rooms) expect(table.join("\n")).toContain(`\`${room}\``);
  });

  it("leaves out the arrows that others imply", () => {
    const rooms = new Map([
      ["a", new Set(["b", "c"])],
      ["b", new Set(["c"])],
      ["c", new Set<string>()],
    ]);
    expect(arrows(rooms)).toEqual([
      ["a", "b"],
      ["b", "c"],
    ]);
  });
});

describe.each(["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"])("%s", (page) => {
  it("names files and commands that there are", () => {
    const text = read(page).replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");
    const paths = [...text.matchAll(/`((?:src|test|scripts|notebooks)\/[\w./-]+)`/g)].map(
      ([, path]) => path!,
    );
    // Files that the reader makes by the recipes don't exist.
    const missing = paths.filter((path) => !existsSync(join(root, path)) && !/NAME|20/.test(path));
    expect(missing).toEqual([]);
    const links = [...text.matchAll(/\]\((?!http|#)([^)#]+)\)/g)].map(([, path]) => path!);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const commands = [...read(page).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(commands.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe("The files that visitors and their tools read", () => {
  it("have the version of package.json", () => {
    expect(read("CITATION.cff")).toContain(`\nversion: ${version}\n`);
    expect(read("CHANGELOG.md")).toContain(`## ${version}`);
  });

  it("publish the site by actions of a version, with jobs that wait for jobs that there are", () => {
    const workflow = read(".github/workflows/site.yml");
    for (const [, action] of workflow.matchAll(/uses: (.*)$/gm))
      expect(action).toMatch(/^actions\/[\w-]+@v\d+$/);
    const jobs = [...workflow.matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name);
    for (const [, needed] of workflow.matchAll(/needs: (\w+)/g)) expect(jobs).toContain(needed);
    const run = [...workflow.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(run).toContain("site");
    expect(run.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it("name suites and scripts that there are, on GitHub", () => {
    const workflow = read(".github/workflows/test.yml");
    const names = allSuites(createContext()).map(({ name }) => name);
    const suites = [...workflow.matchAll(/run: npm test (.*)$/gm)].flatMap(([, all]) =>
      all!.split(" "),
    );
    expect(suites.length).toBeGreaterThan(0);
    expect(suites.filter((suite) => !names.includes(suite))).toEqual([]);
    const run = [...workflow.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(run.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    expect(workflow).toContain("run: .ci/run");
  });
});
