import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bundleKernel, kernelMain } from "../../scripts/setup/bundle.mjs";

const folder = mkdtempSync(join(tmpdir(), "qatlab-bundle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(folder, "dist", path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

describe("the kernel's bundle", () => {
  it("holds each thread's modules, and leaves the library's room where the library has it", async () => {
    const entry = 'import { part } from "./part.js"; import { show } from "DISPLAY"; show(part);';
    const toDisplay = { main: "../display/index.js", deeper: "../../display/index.js" };
    write("kernel/main.js", entry.replace("DISPLAY", toDisplay.main));
    write("kernel/part.js", "export const part = 1;");
    for (const room of ["protocol", "user"])
      write(`kernel/${room}/part.js`, "export const part = 2;");
    write("kernel/protocol/thread.js", entry.replace("DISPLAY", toDisplay.deeper));
    write("kernel/user/start.js", entry.replace("DISPLAY", toDisplay.deeper));
    write("kernel/compilerThread.js", 'import ts from "typescript"; ts();');
    write("display/index.js", "export const show = console.log;");
    expect(kernelMain(folder)).toBe(join(folder, "dist", "kernel", "main.js"));
    await bundleKernel(folder);
    const main = join(folder, "dist", "bundled", "main.js");
    expect(kernelMain(folder)).toBe(main);
    const text = readFileSync(main, "utf8");
    expect(text).toContain('from "../display/index.js"');
    expect(text).not.toContain("part.js");
    const thread = readFileSync(join(main, "..", "protocol", "thread.js"), "utf8");
    expect(thread).toContain('from "../../display/index.js"');
    const compiler = readFileSync(join(main, "..", "compilerThread.js"), "utf8");
    expect(compiler).toContain('from "typescript"');
  });
});
