import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { zipOf } from "../../../src/export/files/zip.js";
import { readZip } from "../../../src/import/zip/zip.js";

const files = new Map([
  ["modèle.h", "int run(void);\n"],
  ["main.c", "é\u0000".repeat(70_000)],
  ["empty.c", ""],
]);

describe("a zip archive of texts", () => {
  it("is read back by Python's zipfile, and by the reader of Keras files", async () => {
    const bytes = zipOf(files);
    const folder = mkdtempSync(join(tmpdir(), "qatlab-zip-"));
    try {
      writeFileSync(join(folder, "a.zip"), bytes);
      const program =
        "import json, sys, zipfile; z = zipfile.ZipFile('a.zip'); assert z.testzip() is None; " +
        "print(json.dumps({name: len(z.read(name)) for name in z.namelist()}))";
      const { stdout, stderr } = spawnSync("python3", ["-c", program], { cwd: folder });
      const sizes = { "modèle.h": 15, "main.c": 210_000, "empty.c": 0 };
      expect(JSON.parse(String(stdout)), String(stderr)).toEqual(sizes);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const entries = readZip(bytes, 2 ** 20);
    for (const [name, text] of files) {
      expect(new TextDecoder().decode(await entries.get(name)!.read())).toBe(text);
    }
  });
});
