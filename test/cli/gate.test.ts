import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { gate } from "../../src/cli/gate.js";
import * as q from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "qatlab-cli-gate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const [old, same, other] = ["old", "same", "other"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
beforeAll(async () => {
  for (const [path, seed] of [
    [old, 1],
    [same, 1],
    [other, 2],
  ] as const) {
    const model = q.models.mlp({ inputShape: [8, 8, 1], classes: 10, seed });
    await model.save(`file://${path}`);
    model.dispose();
  }
});

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

it("qatlab gate ends with 0, 1 or 3 as the new version passes, fails, or can't be told", async () => {
  const data = ["--data", "digits"];
  expect(await gate([old, same, ...data, "--churn", "0.02"])).toBe(0);
  expect(printed).toContain("[ok]   changed answers, all: 0.0 % (0.0 to 0.6) of 600, limit 2.0 %");
  expect(printed).toContain("the gate passes: 1 limits kept");
  expect(await gate([old, other, ...data, "--churn", "0.05", "--class-churn", "0.1"])).toBe(1);
  expect(printed).toContain("the gate fails: changed answers (all)");
  expect(await gate([old, same, ...data, "--class-accuracy", "0.01"])).toBe(3);
  expect(printed).toContain("examples would do");
});

it("qatlab gate ends with 2 for a wrong call, and with 1 for models or limits that it can't judge", async () => {
  expect(await gate([old, "--data", "digits"])).toBe(2);
  expect(printed).toContain("qatlab gate: 1 models named (expected two");
  expect(await gate([old, same])).toBe(2);
  expect(await gate(["--help"])).toBe(0);
  expect(await gate([old, same, "--data", "digits"])).toBe(1);
  expect(printed).toContain("invalid limits: none");
  expect(await gate([old, same, "--data", "digits", "--churn", "much"])).toBe(1);
  expect(printed).toContain("invalid churn: NaN");
  expect(await gate([old, join(folder, "none"), "--data", "digits", "--churn", "0.1"])).toBe(1);
});
