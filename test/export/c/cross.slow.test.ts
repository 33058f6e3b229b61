import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { headerOf } from "../../../src/export/c/header.js";
import { mainOf } from "../../../src/export/c/main.js";
import { sourceOf } from "../../../src/export/c/source.js";
import { drawnNetwork, drawnSlopes } from "../../fixtures/index.js";
import { strict } from "./compiler.js";
import { merge, vectorsOf } from "./programs.js";

/** PyPI's ziglang, which compiles for other processors: `$QATLAB_ZIG`, `zig`, or a Python's module. */
const zig = [process.env.QATLAB_ZIG, "zig", "python3 -m ziglang"]
  .filter((command) => command !== undefined && command !== "")
  .map((command) => command!.split(" "))
  .find(([program = "", ...args]) => spawnSync(program, [...args, "version"]).status === 0);
const without = zig
  ? ""
  : " (skipped: there is no zig; pip install ziglang, or name it in QATLAB_ZIG)";

/** A board with Linux, and a microcontroller, which has no library, so that the test in main.c isn't for it. */
const targets: Record<string, { flags: string[]; files: string[] }> = {
  "arm-linux-musleabihf": { flags: [], files: ["net.c", "main.c"] },
  "thumb-freestanding-eabi": { flags: ["-mcpu=cortex_m4"], files: ["net.c"] },
};

describe.skipIf(!zig)(`C for other processors${without}`, () => {
  it.each(Object.entries(targets))(
    "compiles without a warning for %s",
    (target, how) => {
      const kernel = "xnnpack";
      const seeds = [1, 2, 3, 4, 5, 6];
      const program = merge(
        seeds
          .flatMap((seed) => [drawnNetwork(seed), drawnSlopes(seed)])
          .map((p) => ({ ...p, kernel })),
      );
      const folder = mkdtempSync(join(tmpdir(), "qatlab-cross-"));
      try {
        const source = sourceOf(program, "net");
        writeFileSync(join(folder, "net.c"), source.text);
        writeFileSync(join(folder, "net.h"), headerOf(program, "net", source));
        writeFileSync(join(folder, "main.c"), mainOf(program, "net", vectorsOf(program, 3)));
        const [command = "", ...args] = [...zig!, "cc", "-target", target];
        const flags = [...strict, "-O2", "-c", ...how.flags];
        const options = { cwd: folder, encoding: "utf8" } as const;
        const { status, stderr } = spawnSync(command, [...args, ...flags, ...how.files], options);
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    120_000,
  );
});
