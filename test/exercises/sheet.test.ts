import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSheet, type SheetFile } from "../../src/exercises/index.js";
import * as q from "../../src/index.js";

const { check, sheet } = q.exercises;
let folder = "";
const at = (name: string) => join(folder, name);
const read = (name: string): SheetFile => JSON.parse(readFileSync(at(name), "utf8"));
const verdictOn = (changed: object) => readSheet(JSON.stringify(changed)).fault;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-sheet-"));
  process.env.QATLAB_PROGRESS = at("progress.jsonl");
});
afterEach(() => {
  process.env.QATLAB_PROGRESS = "off";
  rmSync(folder, { recursive: true });
});

describe("q.exercises.sheet", () => {
  it("writes name, exercises, versions, digest and a signature that verifies", () => {
    check("06.2", 0.1);
    check("06.2", 0.7);
    check("01.2", { halfUp: 0.25, halfEven: 0 });
    const written = sheet(at("ada.json"), { name: " Ada Lovelace " });
    expect(written.solved).toEqual(["01.2", "06.2"]);
    expect(String(written)).toMatch(/^Sheet of Ada Lovelace: 2 of \d+ exercises, in .*ada\.json/);
    const { sheet: found, fault } = readSheet(readFileSync(at("ada.json"), "utf8"));
    expect(fault).toBeUndefined();
    expect(found).toMatchObject({
      name: "Ada Lovelace",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      exercises: [
        { id: "01.2", answer: { halfUp: 0.25, halfEven: 0 } },
        { id: "06.2", answer: 0.7 },
      ],
    });
    // Another form of the same JSON, as a mail program may make it, changes nothing.
    expect(verdictOn(read("ada.json"))).toBeUndefined();
  });

  it("shows each change: another name, another exercise, another digest, another key", () => {
    check("01.1", 7);
    sheet(at("ada.json"), { name: "Ada" });
    const ada = read("ada.json");
    const more = { ...ada.exercises[0]!, id: "06.1" };
    expect(verdictOn({ ...ada, name: "Bob" })).toContain("its digest is another one");
    expect(verdictOn({ ...ada, exercises: [...ada.exercises, more] })).toContain("digest");
    process.env.QATLAB_PROGRESS = join(folder, "bob", "progress.jsonl"); // another computer
    check("01.1", 7);
    sheet(at("bob.json"), { name: "Bob" });
    const bob = read("bob.json");
    expect(bob.key).not.toBe(ada.key);
    expect(verdictOn({ ...bob, key: ada.key })).toBe("the signature isn't that of the sheet's key");
    expect(verdictOn({ ...bob, key: "none" })).toBe("the signature isn't that of the sheet's key");
  });

  it("keeps one key, which only its owner can read", () => {
    check("01.1", 7);
    sheet(at("1.json"), { name: "Ada" });
    sheet(at("2.json"), { name: "Ada" });
    expect(read("1.json").key).toBe(read("2.json").key);
    if (process.platform !== "win32") {
      expect(statSync(at("sheet-key.pem")).mode & 0o077).toBe(0);
    }
    writeFileSync(at("sheet-key.pem"), "broken");
    expect(() => sheet(at("3.json"), { name: "Ada" })).toThrow(/sheet-key\.pem holds no key/);
  });

  it("refuses to write what says nothing, and reads nothing but sheets", () => {
    expect(() => sheet(at("a.json"), { name: "Ada" })).toThrow("no exercise is solved yet");
    expect(() => sheet(at("a.json"), { name: " " })).toThrow(
      /^invalid name: {3}\(expected your name/,
    );
    expect(() => sheet(at("no/a.json"), { name: "Ada" })).toThrow("doesn't exist");
    process.env.QATLAB_PROGRESS = "off";
    expect(() => sheet(at("a.json"), { name: "Ada" })).toThrow("QATLAB_PROGRESS is off");
    expect(() => readSheet("no JSON")).toThrow("not a sheet");
    expect(() => readSheet("null")).toThrow("not a sheet");
    expect(() => readSheet('{"format":"qatlab sheet","formatVersion":2}')).toThrow("update qatlab");
    expect(() => readSheet('{"format":"qatlab sheet","formatVersion":1}')).toThrow("without name");
  });
});
