import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { verify } from "../../src/cli/verify.js";
import * as q from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "qatlab-cli-verify-"));
afterAll(() => rmSync(folder, { recursive: true }));

let printed = "";
beforeEach(() => {
  printed = "";
  const write = (text: unknown) => {
    printed += text;
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(write);
  vi.spyOn(process.stderr, "write").mockImplementation(write);
});
afterEach(() => void vi.restoreAllMocks());

const python = "python3";

it("qatlab verify ends with 0 for a file that is as its manifest says, and with 1 for one that differs", async () => {
  const file = join(folder, "net.bin");
  const model = q.models.mlp({ inputShape: [4], classes: 3, seed: 1 });
  writeFileSync(file, "some bytes");
  await q.export.manifest(file, { model });
  expect(await verify([file], { python })).toBe(0);
  expect(printed).toContain(`${file}: as its manifest says\n[ok]   file net.bin: sha256 `);
  expect(printed).toContain("[--]   outputs: the manifest has no examples");
  await model.save(`file://${join(folder, "model")}`);
  printed = "";
  expect(await verify([file, "--model", join(folder, "model")], { python })).toBe(0);
  expect(printed).toContain('[ok]   weights of model "mlp": sha256 ');
  expect(await verify([file, "--model", join(folder, "nowhere")], { python })).toBe(1);
  expect(printed).toContain("qatlab verify: missing file: ");
  writeFileSync(file, "other text");
  printed = "";
  expect(await verify([file, file], { python })).toBe(1);
  expect(printed).toContain(`${file}: differs from its manifest\n[FAIL] file net.bin: sha256 `);
});

it("qatlab verify ends with 1 for a file without a manifest, and with 2 without a file", async () => {
  expect(await verify([join(folder, "none")], { python })).toBe(1);
  expect(printed).toContain("no manifest:");
  expect(await verify([], { python })).toBe(2);
  expect(printed).toContain("qatlab verify: no file named\n\nusage: qatlab verify FILE…");
  expect(await verify(["--fast"], { python })).toBe(2);
  expect(await verify(["--help"], { python })).toBe(0);
});
