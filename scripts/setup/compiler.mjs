import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheEntry } from "./cache.mjs";
import { currentPlatform, ziglang } from "./platforms.mjs";
import { run } from "./process.mjs";
import { pipEnvironment } from "./venv.mjs";

/** @typedef {{ command: string, args: string[], name: string, env?: NodeJS.ProcessEnv }} Compiler */

/**
 * The system's C++ compiler: `$CXX`, or the first of the usual names that takes C++17.
 *
 * @returns {Compiler | undefined}
 */
export function systemCompiler() {
  for (const command of [process.env.CXX, "c++", "g++", "clang++"]) {
    if (!command) continue;
    const [program = "", ...args] = command.split(" ");
    const { status } = spawnSync(
      program,
      [...args, "-std=c++17", "-fsyntax-only", "-x", "c++", "-"],
      {
        input: "#include <string>\n#include <string_view>\n",
      },
    );
    if (status !== 0) continue;
    const [version] = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.split("\n");
    return { command: program, args, name: `${program} (${version})` };
  }
  return undefined;
}

/**
 * The system's compiler, or, if there is none, PyPI's ziglang, which is a whole C++ compiler.
 *
 * @param {import("./context.mjs").Context} context
 * @param {{ python: string, report: import("./progress.mjs").Report }} options `python`: a Python with pip.
 * @returns {Promise<Compiler>}
 */
export async function provideCompiler(context, { python, report }) {
  const system = systemCompiler();
  if (system) return system;
  const entry = `compiler/ziglang-${ziglang.version}`;
  report.update("no C++ compiler found; fetching ziglang");
  const folder = await cacheEntry(context, entry, {
    report,
    isGood: (found) => existsSync(join(found, "ziglang", "zig")),
    async make(draft) {
      const target = ["--target", draft, "--no-deps", "--no-cache-dir"];
      await run(
        python,
        ["-m", "pip", "install", "--no-input", ...target, `ziglang==${ziglang.version}`],
        { name: "pip install ziglang", env: pipEnvironment },
      );
    },
  });
  return {
    command: join(folder, "ziglang", "zig"),
    args: ["c++", "-target", currentPlatform()?.zig ?? "native"],
    name: `ziglang ${ziglang.version}`,
    // The C++ library, which zig compiles itself, is compiled once for the binding and the kernels.
    env: {
      ZIG_GLOBAL_CACHE_DIR: join(folder, "compiled"),
      ZIG_LOCAL_CACHE_DIR: join(folder, "compiled"),
    },
  };
}
