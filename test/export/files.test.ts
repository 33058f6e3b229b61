import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkFile, writeWholeFile } from "../../src/export/files/file.node.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-files-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const check = (file: unknown, overwrite = false) =>
  checkFile({ file: file as string, overwrite, example: "digits.tflite" });

describe("a file that is to be written", () => {
  it("is refused if it isn't a path, is a folder, or its folder doesn't exist", () => {
    for (const file of ["", undefined, 3, "https://example.org/a.tflite"]) {
      expect(() => check(file)).toThrow(
        /^invalid file: .* \(expected the path of a file, as in "digits.tflite"\)$/,
      );
    }
    expect(() => check(folder)).toThrow(/^invalid file: .* is a folder \(choose a path in it/);
    expect(() => check(join(folder, "nowhere", "a.tflite"))).toThrow(
      `folder ${join(folder, "nowhere")} doesn't exist (make it first`,
    );
    writeFileSync(join(folder, "flat"), "");
    expect(() => check(join(folder, "flat", "a.tflite"))).toThrow(/flat is a file\)$/);
  });

  it("is replaced only with overwrite", () => {
    const path = join(folder, "a.tflite");
    expect(check(path)).toBe(path);
    writeWholeFile(path, Uint8Array.of(1, 2), "q.export.tflite");
    expect(() => check(path)).toThrow(/a.tflite exists \(.*\{ overwrite: true \}\)$/);
    expect(check(path, true)).toBe(path);
    writeWholeFile(path, Uint8Array.of(3), "q.export.tflite");
    expect([...readFileSync(path)]).toEqual([3]);
  });

  it("leaves nothing behind if it can't be written", () => {
    const parent = join(folder, "full");
    mkdirSync(join(parent, "taken", "inner"), { recursive: true });
    // The draft can't take the place of a folder, nor can a name be this long.
    for (const name of ["taken", "x".repeat(300)]) {
      expect(() =>
        writeWholeFile(join(parent, name), new Uint8Array(9), "q.export.tflite"),
      ).toThrow(/^q\.export\.tflite couldn't write .*\(nothing was changed there; check that/);
      expect(readdirSync(parent)).toEqual(["taken"]);
    }
  });
});
