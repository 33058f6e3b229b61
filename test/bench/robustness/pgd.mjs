import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Peer } from "../step/peers.mjs";
import { median, ratio } from "./median.mjs";

/** The least that eager steps may take of the compiled ones' time, and the most that these may take of PyTorch's. */
const goals = { eager: 5, PyTorch: 1 };
const steps = 20;
const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));

/**
 * PGD with 20 steps on 600 digits in batches of 200: compiled, op after op, and in PyTorch with the same weights. Times
 * have all of it: the answers before and after, and the copies.
 *
 * @param {{ rounds: number, threads: number }} options
 * @returns {Promise<boolean>} whether the goals were reached
 */
export async function pgd({ rounds, threads }) {
  const folder = mkdtempSync(join(tmpdir(), "qatlab-bench-"));
  const file = join(folder, "model.json");
  const own = ["env", `TF_NUM_INTRAOP_THREADS=${threads}`, `TF_NUM_INTEROP_THREADS=${threads}`];
  const start = (/** @type {string} */ name, /** @type {string[]} */ command) =>
    new Peer({ name, command, takes: () => true });
  /** @type {Peer[]} */
  const peers = [];
  try {
    const qatlab = start("qatlab", [...own, process.execPath, here("pgdQatlab.mjs"), file]);
    peers.push(qatlab);
    console.log(`qatlab: ${(await qatlab.ready).build}, ${threads} threads`);
    const python = process.env.QATLAB_BENCH_PYTHON ?? "python3";
    const pytorch = start("PyTorch", [
      ...["env", `OMP_NUM_THREADS=${threads}`, "OMP_WAIT_POLICY=passive"],
      ...[python, here("pgd_torch.py"), file],
    ]);
    peers.push(pytorch);
    const { build, skipped } = await pytorch.ready;
    console.log(skipped ? `PyTorch: ${skipped} (set QATLAB_BENCH_PYTHON)` : `PyTorch: ${build}`);
    /** @type {[string, Peer][]} */
    const ways = [
      ["compiled", qatlab],
      ["eager", qatlab],
      ...(skipped ? [] : [/** @type {[string, Peer]} */ (["PyTorch", pytorch])]),
    ];
    /** @type {Record<string, number[]>} */
    const ms = {};
    for (let round = -1; round < rounds; round++) {
      for (const [name, peer] of ways) {
        const { ms: taken, loss } = await peer.train(name, steps);
        if (round < 0) {
          console.log(`  ${name}: the first attack took ${taken.toFixed(0)} ms; ${loss} fooled`);
        } else {
          ms[name] ??= [];
          ms[name]?.push(taken);
        }
      }
    }
    const compiled = /** @type {number[]} */ (ms.compiled);
    for (const [name, all] of Object.entries(ms)) {
      const of = ratio(all, compiled);
      console.log(
        `  ${name.padEnd(10)}${median(all).toFixed(0).padStart(6)} ms  ×${of.toFixed(2)}`,
      );
    }
    const reached = ratio(/** @type {number[]} */ (ms.eager), compiled) >= goals.eager;
    const asFast = !ms.PyTorch || ratio(compiled, ms.PyTorch) <= goals.PyTorch;
    if (!reached) console.log(`missed: eager at least ×${goals.eager}`);
    if (!asFast) console.log("missed: no slower than PyTorch");
    return reached && asFast;
  } finally {
    for (const peer of peers) peer.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
