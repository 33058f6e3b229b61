// Compares the kernels' inner loops on Arm's 64-bit processors with those of this machine:
// `ZIG=… node test/tensorflow/kernels/emulate.mjs`, where ZIG names the compiler of PyPI's ziglang (default `zig`). The
// loops (loops/loops.cc) are compiled for both, and QEMU's qemu-aarch64 runs the foreign program. `npm test` doesn't run
// this, since few machines have QEMU. Exit status 1: results differ.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const native = fileURLToPath(new URL("../../../src/tensorflow/kernels/native", import.meta.url));
const harness = fileURLToPath(new URL("loops/loops.cc", import.meta.url));
const fused = ["convolutionLoops.cc", "depthwiseLoops.cc", "pooledGradientLoops.cc"];
const files = ["loops.cc", "recurrentLoops.cc", "minifloatLoops.cc", ...fused];
const flags = [
  ...["-std=c++17", "-O3", "-ffp-contract=off", "-fno-trapping-math", "-fno-math-errno"],
  ...["-DQATLAB_LOOPS=kBaseline", "-I", native],
];
/** The largest difference of sums, by the largest value of a call. */
const bound = 1e-5;

const folder = mkdtempSync(join(tmpdir(), "qatlab-emulate-"));
try {
  const arm = run("aarch64-linux-musl", [], ["qemu-aarch64"]);
  const own = run("native", process.arch === "x64" ? ["-msse4.2"] : [], []);
  if (arm.length !== own.length) throw new Error(`${arm.length} calls (expected ${own.length})`);
  const wrong = own.flatMap((line, i) => compare(line, /** @type {string} */ (arm[i])) ?? []);
  for (const fault of wrong.slice(0, 20)) process.stdout.write(`${fault}\n`);
  process.stdout.write(`${own.length} calls, ${wrong.length} with other results\n`);
  process.exitCode = wrong.length === 0 && own.length > 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * @param {string} target
 * @param {string[]} more
 * @param {string[]} runner
 */
function run(target, more, runner) {
  const zig = (/** @type {string[]} */ args) =>
    execFileSync(process.env.ZIG ?? "zig", ["c++", "-target", target, ...flags, ...more, ...args]);
  const objects = files.map((name) => {
    const output = join(folder, `${target}.${name}.o`);
    const contract = fused.includes(name) ? ["-ffp-contract=fast"] : [];
    zig([...contract, "-c", join(native, name), "-o", output]);
    return output;
  });
  const program = join(folder, target);
  zig([harness, ...objects, "-o", program]);
  const [command = program, ...args] = [...runner, program];
  return execFileSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28 })
    .trim()
    .split("\n");
}

/**
 * @param {string} expected
 * @param {string} found
 * @returns {string | undefined} the first difference
 */
function compare(expected, found) {
  if (expected === found) return undefined;
  const [name = ""] = expected.split(":");
  const [a, b] = [valuesOf(expected), valuesOf(found)];
  const largest = Math.max(...a.map(Math.abs).filter(Number.isFinite));
  const most = name.startsWith("near") ? bound * largest : 0;
  const at = a.findIndex(
    (value, i) => !(Object.is(value, b[i]) || Math.abs(value - Number(b[i])) <= most),
  );
  return at < 0 ? undefined : `${name}: value ${at} of ${a.length} is ${b[at]} (expected ${a[at]})`;
}

/** @param {string} line */
function valuesOf(line) {
  const words = Uint32Array.from((line.split(": ")[1] ?? "").split(" "), (word) =>
    Number.parseInt(word, 16),
  );
  return [...new Float32Array(words.buffer)];
}
