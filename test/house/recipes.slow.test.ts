import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyClone, removeAll, root } from "../setup/clone.js";

/** A fenced block of CONTRIBUTING.md: its language, the file that it belongs to, and its lines. */
interface Block {
  language: string;
  file: string;
  text: string;
}

function blocksOf(recipe: string): Block[] {
  const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(`Recipe: ${recipe}\n`));
  if (!section) throw new Error(`CONTRIBUTING.md has no recipe for ${recipe}`);
  const fences = section.matchAll(/^ {3}```(\w+) ?(\S*)\n([\s\S]*?)^ {3}```$/gm);
  return [...fences].map(([, language, file, body]) => ({
    language: language!,
    file: file!,
    text: body!.replaceAll(/^ {3}/gm, ""),
  }));
}

/** Applies a block of `diff`: hunks between `===`, whose lines begin with a blank, `+` or `-`. */
function patched(before: string, diff: string, file: string): string {
  return diff.split(/^===\n/m).reduce((text, hunk) => {
    const lines = hunk.trimEnd().split("\n");
    const side = (sign: string) =>
      lines
        .filter((line) => line.startsWith(" ") || line.startsWith(sign))
        .map((line) => `${line.slice(1)}\n`)
        .join("");
    expect(text, `${file} as CONTRIBUTING.md shows it`).toContain(side("-"));
    return text.replace(side("-"), () => side("+"));
  }, before);
}

let clone: string;

function follow(recipe: string): string[] {
  return blocksOf(recipe).map(({ language, file, text }) => {
    if (language === "sh") {
      execFileSync("sh", ["-ec", text], { cwd: clone, stdio: "pipe" });
      return "";
    }
    const path = join(clone, file);
    mkdirSync(dirname(path), { recursive: true });
    const whole = language === "diff" ? patched(readFileSync(path, "utf8"), text, file) : text;
    writeFileSync(path, whole);
    return file;
  });
}

function node(...args: string[]): string {
  try {
    return execFileSync(process.execPath, args, { cwd: clone, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`node ${args.join(" ")}\n${stdout}${stderr}`);
  }
}

beforeAll(() => {
  clone = emptyClone();
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
});
afterAll(removeAll);

describe("The recipes of CONTRIBUTING.md", () => {
  it("for an estimator and a calibrator take two files and a test", () => {
    for (const recipe of ["an estimator", "a calibrator"]) {
      const files = follow(recipe);
      expect(files).toHaveLength(3);
      expect(files.at(-1)).toMatch(/\.test\.ts$/);
    }
  });

  it("for a lesson begin one, and enter it everywhere", () => {
    follow("a lesson");
    const read = (file: string) => readFileSync(join(clone, file), "utf8");
    expect(read("README.md")).toContain(
      "| 20 | [What is new?](notebooks/20-what-is-new.ipynb) | Is there something new? |",
    );
    const before = readdirSync(join(root, "notebooks")).filter((name) => name.endsWith(".ipynb"));
    expect(read(`notebooks/${before.sort().at(-1)}`)).toContain(
      '"**Next:** [20 · What is new?](20-what-is-new.ipynb)\\n",\n    "\\n",',
    );
    expect(read("src/exercises/lessons.ts")).toContain('"20": lesson20,');
    expect(JSON.parse(read("notebooks/20-what-is-new.ipynb")).cells[0].source[0]).toBe(
      "# 20 · What is new?\n",
    );
  });

  it("give what the types, the formatter and the tests accept", () => {
    node("node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.build.json");
    node("node_modules/@biomejs/biome/bin/biome", "check", "src/estimators", "src/calibration");
    const report = node(
      "node_modules/vitest/vitest.mjs",
      ...["run", "--project", "quick", "--reporter=json"],
      ...["test/estimators/halfSte.test.ts", "test/calibration/twice.test.ts"],
      ...["test/exercises/lessons.test.ts", "test/course/lessons.test.ts"],
    );
    const { numFailedTests, numPassedTests } = JSON.parse(report.slice(report.indexOf("{")));
    expect({ numFailedTests }).toEqual({ numFailedTests: 0 });
    expect(numPassedTests).toBeGreaterThan(2);
    expect(report).toContain("exercise '20.1'");
    expect(report).toContain("lesson '20'");
    expect(report).toContain("halfSte passes half of the gradient");
    expect(report).toContain("twice finds a range");
  });
});
