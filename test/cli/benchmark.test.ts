import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { benchmark } from "../../src/cli/benchmark.js";

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

it("qatlab benchmark ends with 1 for a file that isn't there, and with 2 without a file", async () => {
  expect(await benchmark(["none.onnx"], { python })).toBe(1);
  expect(printed).toMatch(/qatlab benchmark: file .*none\.onnx doesn't exist/);
  expect(await benchmark([], { python })).toBe(2);
  expect(printed).toContain("qatlab benchmark: no file named\n\nusage: qatlab benchmark FILE…");
  expect(await benchmark(["--fast"], { python })).toBe(2);
  expect(await benchmark(["a.onnx", "--data", "own.csv"], { python })).toBe(1);
  expect(printed).toContain("invalid --label");
  expect(await benchmark(["--help"], { python })).toBe(0);
});
