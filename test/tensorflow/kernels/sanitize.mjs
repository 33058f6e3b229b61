// Runs the kernels' tests with kernels that a sanitizer watches, and with kernels for a processor without AVX:
// `node test/tensorflow/kernels/sanitize.mjs`, or with `address`, `thread` or `baseline` for one of them. It needs Linux
// and GCC or Clang with their sanitizers' libraries, and takes a few minutes, so that it is no part of `npm test`. Exit
// status 1: a test failed, or a sanitizer found a fault.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemCompiler } from "../../../scripts/setup/compiler.mjs";
import { createContext, venvPython } from "../../../scripts/setup/context.mjs";
import { compileTo } from "../../../scripts/setup/kernels.mjs";
import { readNatives } from "../../../scripts/setup/natives.mjs";
import { readJson } from "../../../scripts/setup/stamp.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** @type {Record<string, { flags: string[], libraries: string[], options: Record<string, string>, environment?: Record<string, string> }>} */
const sanitizers = {
  address: {
    flags: ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"],
    libraries: ["libasan.so", "libubsan.so"],
    // Node doesn't free what it has when it ends.
    options: { ASAN_OPTIONS: "detect_leaks=0:exitcode=86", UBSAN_OPTIONS: "print_stacktrace=1" },
  },
  thread: {
    flags: ["-fsanitize=thread"],
    libraries: ["libtsan.so"],
    // Node and TensorFlow weren't compiled for the sanitizer, which doesn't see how TensorFlow's threads hand memory on
    // from one op to the next: so one thread runs all ops, beside the kernels' own.
    options: {
      TSAN_OPTIONS: "ignore_noninstrumented_modules=1:report_signal_unsafe=0:exitcode=86",
    },
    environment: { TF_NUM_INTEROP_THREADS: "1" },
  },
  baseline: { flags: ["-march=x86-64-v2", "-DQATLAB_WITHOUT_AVX"], libraries: [], options: {} },
};

/** The tests of kernels: their own, and those of what calls them. */
const tests = [
  "test/tensorflow/kernels",
  "test/tensorflow/compile/convolution.test.ts",
  "test/tensorflow/compile/native",
  "test/quantizers/floatKernels.test.ts",
  "test/calibration/histogramKernel.test.ts",
];

const context = createContext();
const natives = readNatives(context);
const compiler = systemCompiler();
if (!natives?.folder || !compiler || process.platform !== "linux") {
  throw new Error(
    "the sanitizers need Linux, a system's compiler and the set-up's TensorFlow: npx qatlab doctor",
  );
}
const { nodeModules, entry = "", folder } = natives;
const library = { entry, folder, manifest: readJson(join(folder, "manifest.json")) };
const report = { update() {}, note() {} };

const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(sanitizers);
const unknown = names.find((name) => !sanitizers[name]);
if (unknown)
  throw new Error(
    `invalid sanitizer: ${unknown} (expected ${Object.keys(sanitizers).join(" or ")})`,
  );
const draft = mkdtempSync(join(tmpdir(), "qatlab-sanitize-"));
try {
  const results = [];
  for (const name of names) results.push(await watch(name));
  process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
  rmSync(draft, { recursive: true });
}

/** @param {string} name */
async function watch(name) {
  const { flags, libraries, options, environment } = /** @type {typeof sanitizers[string]} */ (
    sanitizers[name]
  );
  const output = join(draft, name, "qatlab_kernels.node");
  mkdirSync(join(draft, name));
  const parts = { nodeModules, python: venvPython(context), library, report };
  const watched = libraries.length > 0 ? ["-O1", "-g", "-fno-omit-frame-pointer"] : [];
  await compileTo(context, output, parts, [...flags, ...watched]);
  const log = join(draft, name, "log");
  const logged = Object.entries(options).map(([option, value]) => [
    option,
    `${value}:log_path=${log}`,
  ]);
  const env = {
    ...process.env,
    ...environment,
    ...Object.fromEntries(logged),
    QATLAB_KERNELS: output,
    ...(libraries.length > 0
      ? { LD_PRELOAD: [...libraries, "libstdc++.so.6"].map(pathOf).join(" ") }
      : {}),
  };
  const vitest = [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--project", "quick"];
  const settings = ["--testTimeout=600000", "--maxWorkers=1", ...tests];
  // The sanitizer of threads wants the memory where it expects it.
  const command = ["-R", process.execPath, ...vitest, ...settings];
  const { status } = spawnSync("setarch", command, { cwd: root, env, stdio: "inherit" });
  const faults = readdirSync(join(draft, name)).filter((file) => file.startsWith("log."));
  for (const file of faults) process.stdout.write(readFileSync(join(draft, name, file), "utf8"));
  const fine = status === 0 && faults.length === 0;
  process.stdout.write(
    `${name}: ${fine ? "no fault" : `status ${status}, ${faults.length} reports`}\n`,
  );
  return fine;
}

/** @param {string} library */
function pathOf(library) {
  const command = /** @type {NonNullable<typeof compiler>} */ (compiler);
  const args = [...command.args, `-print-file-name=${library}`];
  return execFileSync(command.command, args, { encoding: "utf8" }).trim();
}
