/**
 * Observing 10⁸ values against NumPy's histogram: `node test/bench/calibration.mjs [--rounds N]` after a build.
 * `QATLAB_BENCH_PYTHON` (default python3) is the Python whose numpy is measured; `QATLAB_BENCH_CPUS`
 * (default 0,1) the cores.
 *
 * Both count the same 10⁷ float32 values ten times, each on one thread. NumPy is told the range, and counts
 * into 2048 bins; "range found" is NumPy finding it with min and max first. qatlab grows its range as values
 * come, counts into 16384 bins and keeps each one's sum, refuses NaN, and reads the range for int8 back:
 * from a list of numbers, and from a tensor of TensorFlow's, whose values have to be copied out first.
 *
 * In every round all are measured in turn, so that the machine's noise hits them alike; a ratio is the median
 * of the rounds' ratios.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Peer } from "./step/peers.mjs";

const size = 1e7;
const times = 10;
/** The most that qatlab may take of NumPy's time with the range known. */
const goal = 1;

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const folder = mkdtempSync(join(tmpdir(), "qatlab-bench-"));
const here = (/** @type {string} */ file) =>
  fileURLToPath(new URL(`calibration/${file}`, import.meta.url));
/** @type {Peer[]} */
const peers = [];
try {
  process.exitCode = await compare(Number(values.rounds));
} finally {
  for (const peer of peers) peer.end();
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {number} rounds
 * @returns {Promise<number>} the exit code: 1 when the goal is missed
 */
async function compare(rounds) {
  writeFileSync(join(folder, "normal.f32"), normals());
  writeFileSync(
    join(folder, "relu.f32"),
    normals().map((value) => Math.max(0, value)),
  );
  const python = process.env.QATLAB_BENCH_PYTHON ?? "python3";
  const start = (/** @type {string} */ name, /** @type {string[]} */ command) => {
    const peer = new Peer({ name, command: [...command, folder], takes: () => true });
    peers.push(peer);
    return peer;
  };
  const qatlab = start("qatlab", [process.execPath, here("qatlab.mjs")]);
  const numpy = start("NumPy", [python, here("numpy_histogram.py")]);
  for (const peer of [qatlab, numpy]) {
    const { build, skipped } = await peer.ready;
    if (skipped) {
      console.error(`${peer.name}: ${skipped} (set QATLAB_BENCH_PYTHON)`);
      return 2;
    }
    console.log(`${peer.name}: ${build}`);
  }
  let missed = false;
  for (const data of ["normal", "relu"]) {
    /** @type {Record<string, number[]>} */
    const ms = {};
    for (let round = -1; round < rounds; round++) {
      for (const [peer, way] of ways(qatlab, numpy)) {
        const { ms: taken } = await peer.train(`${data} ${way}`, times);
        if (round < 0) continue; // to warm up
        ms[`${peer.name}, ${way}`] ??= [];
        ms[`${peer.name}, ${way}`]?.push(taken);
      }
    }
    const known = /** @type {number[]} */ (ms["NumPy, range known"]);
    console.log(
      `\n${data}, ${size * times} values, median of ${rounds}; load ${loadavg()[0]?.toFixed(1)}`,
    );
    for (const [name, all] of Object.entries(ms)) {
      const ratio = median(all.map((taken, i) => taken / /** @type {number} */ (known[i])));
      console.log(
        `  ${name.padEnd(22)}${median(all).toFixed(0).padStart(6)} ms  ×${ratio.toFixed(2)}`,
      );
      if (name === "qatlab, list" && ratio > goal) missed = true;
    }
  }
  if (missed) console.log(`\nmissed: at most ×${goal} from a list`);
  return missed ? 1 : 0;
}

/**
 * @param {Peer} qatlab
 * @param {Peer} numpy
 * @returns {[Peer, string][]}
 */
function ways(qatlab, numpy) {
  return [
    [qatlab, "list"],
    [numpy, "range known"],
    [qatlab, "tensor"],
    [numpy, "range found"],
  ];
}

/** Box and Muller's, from a small generator: the same in every run. */
function normals() {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return Float32Array.from(
    { length: size },
    () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()),
  );
}

/** @param {number[]} list */
function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return /** @type {number} */ (sorted[Math.floor(sorted.length / 2)]);
}
