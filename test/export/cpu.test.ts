import { existsSync, mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.QATLAB_BACKEND = "cpu";
  console.warn = () => {};
});

import * as q from "../../src/index.js";

afterAll(() => {
  delete process.env.QATLAB_BACKEND;
});

it("savedModel says what it needs where native TensorFlow isn't used", () => {
  const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10 });
  const parent = mkdtempSync(join(tmpdir(), "qatlab-cpu-"));
  const folder = join(parent, "never-written");
  expect(() => q.export.savedModel(model, folder)).toThrow(
    /needs native TensorFlow, which isn't used \(QATLAB_BACKEND is cpu\); "npx qatlab setup"/,
  );
  expect(existsSync(folder)).toBe(false);
  rmdirSync(parent);
});
