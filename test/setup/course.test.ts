import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createContext } from "../../scripts/setup/context.mjs";
import { provideCourse, resetCourse } from "../../scripts/setup/course.mjs";
import { removeAll, root, temporaryFolder } from "./clone.js";

afterAll(removeAll);

let clone = "";
const at = (...path: string[]) => join(clone, ...path);
const mine = (file: string) => readFileSync(at("my-course", file), "utf8");
const context = () => createContext({ root: clone });
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b", ...args], {
    cwd: clone,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
const day = new Date("2026-01-02T03:04:05Z");

beforeEach(() => {
  clone = temporaryFolder();
  mkdirSync(at("notebooks", "solutions"), { recursive: true });
  writeFileSync(at("package-lock.json"), "{}");
  writeFileSync(at("notebooks", "05-grid.ipynb"), "five");
  writeFileSync(at("notebooks", "06-recover.ipynb"), "six");
  writeFileSync(at("notebooks", "solutions", "06-recover.ipynb"), "six, solved");
  provideCourse(context());
});

describe("The reader's copies of the lessons", () => {
  it("are there when the course is opened, and leave the clone clean for git pull", () => {
    // A repository, and the clone of a reader in it.
    writeFileSync(at(".gitignore"), readFileSync(join(root, ".gitignore")));
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "-m", "lessons");
    const upstream = clone;
    clone = join(temporaryFolder(), "clone");
    execFileSync("git", ["clone", "-q", upstream, clone]);
    provideCourse(context());
    expect(mine("06-recover.ipynb")).toBe("six");
    expect(mine("solutions/06-recover.ipynb")).toBe("six, solved");
    writeFileSync(at("my-course", "06-recover.ipynb"), "six, and what I ran");
    expect(git("status", "--porcelain")).toBe("");
    writeFileSync(join(upstream, "notebooks", "06-recover.ipynb"), "six, better");
    execFileSync("git", [
      "-C",
      upstream,
      ...["-c", "user.name=A", "-c", "user.email=a@b"],
      "commit",
      "-qam",
      "b",
    ]);
    git("pull", "-q");
    expect(readFileSync(at("notebooks", "06-recover.ipynb"), "utf8")).toBe("six, better");
    expect(mine("06-recover.ipynb")).toBe("six, and what I ran");
  });

  it("follow their originals as long as nobody changed them", () => {
    writeFileSync(at("notebooks", "05-grid.ipynb"), "five, better");
    rmSync(at("notebooks", "solutions", "06-recover.ipynb"));
    renameSync(at("notebooks", "06-recover.ipynb"), at("notebooks", "07-recover.ipynb"));
    expect(provideCourse(context())).toEqual({ newer: [] });
    expect(mine("05-grid.ipynb")).toBe("five, better");
    expect(readdirSync(at("my-course"))).toEqual([
      "05-grid.ipynb",
      "07-recover.ipynb",
      "solutions",
    ]);
    expect(readdirSync(at("my-course", "solutions"))).toEqual([]);
  });

  it("stay when the reader changed them; a new edition is told", () => {
    writeFileSync(at("my-course", "06-recover.ipynb"), "mine");
    writeFileSync(at("my-course", "notes.ipynb"), "my own notebook");
    expect(provideCourse(context()).newer).toEqual([]);
    writeFileSync(at("notebooks", "06-recover.ipynb"), "six, better");
    expect(provideCourse(context()).newer).toEqual(["06-recover.ipynb"]);
    rmSync(at("notebooks", "06-recover.ipynb"));
    expect(provideCourse(context()).newer).toEqual([]);
    expect([mine("06-recover.ipynb"), mine("notes.ipynb")]).toEqual(["mine", "my own notebook"]);
    // Without its records the set-up can't know what was changed: it keeps what differs.
    rmSync(at(".qatlab"), { recursive: true });
    writeFileSync(at("notebooks", "05-grid.ipynb"), "five, better");
    expect(provideCourse(context()).newer).toEqual(["05-grid.ipynb"]);
    expect(mine("05-grid.ipynb")).toBe("five");
  });
});

describe("npx qatlab reset", () => {
  it("gives a lesson back as it was, and keeps the changed one beside with the date", () => {
    writeFileSync(at("my-course", "06-recover.ipynb"), "mine");
    const kept = "06-recover.changed-2026-01-02.ipynb";
    expect(resetCourse(context(), ["06"], day)).toEqual([
      { file: "06-recover.ipynb", kept },
      { file: "solutions/06-recover.ipynb", kept: undefined },
    ]);
    expect([mine("06-recover.ipynb"), mine(kept)]).toEqual(["six", "mine"]);
    writeFileSync(at("my-course", "06-recover.ipynb"), "mine again");
    resetCourse(context(), ["6"], day);
    expect(mine("06-recover.changed-2026-01-02-2.ipynb")).toBe("mine again");
    resetCourse(context(), ["my-course/06-recover.ipynb"], day);
    expect(existsSync(at("my-course", "06-recover.changed-2026-01-02-3.ipynb"))).toBe(false);
  });

  it("takes a new edition, brings back a deleted lesson, and all lessons when none is named", () => {
    writeFileSync(at("my-course", "05-grid.ipynb"), "mine");
    writeFileSync(at("notebooks", "05-grid.ipynb"), "five, better");
    writeFileSync(at("notebooks", "06-recover.ipynb"), "six, better");
    rmSync(at("my-course", "solutions"), { recursive: true });
    const files = resetCourse(context(), [], day);
    expect(files.map(({ kept }) => kept)).toEqual([
      "05-grid.changed-2026-01-02.ipynb",
      undefined,
      undefined,
    ]);
    expect(files.map(({ file }) => mine(file))).toEqual([
      "five, better",
      "six, better",
      "six, solved",
    ]);
    expect(provideCourse(context()).newer).toEqual([]);
  });

  it("names the lessons there are, and touches nothing where one of several is wrong", () => {
    writeFileSync(at("my-course", "06-recover.ipynb"), "mine");
    expect(() => resetCourse(context(), ["06", "66"], day)).toThrow("there is no lesson 66");
    expect(mine("06-recover.ipynb")).toBe("mine");
  });
});
