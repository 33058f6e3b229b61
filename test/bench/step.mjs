/**
 * One training step against PyTorch's and TensorFlow's: `node test/bench/step.mjs [--rounds N] [--peers A,B] [CASE…]`
 * after a build. `QATLAB_BENCH_PYTHON` (default python3) is the Python whose torch and tensorflow are measured;
 * `QATLAB_BENCH_CPUS` (default 0,1) the cores.
 *
 * Each peer is a process that stays alive. In every round each of them takes as many steps as fit in a
 * moment, in turn, so that the machine's noise hits all alike; a ratio is the median of the rounds' ratios.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Peer, pin, starts } from "./step/peers.mjs";
import { report } from "./step/report.mjs";

/** How long a peer is measured in a round, in ms. */
const moment = 120;
/** The first calls, in which qatlab compiles. */
const first = 6;

/**
 * @typedef {object} Measured
 * @property {number[]} losses of the first and the tenth step
 * @property {number} start what the first calls took, in ms
 * @property {number} [again] what they took for a second model, when the first one's training had ended
 * @property {number} count steps in a round
 * @property {number[]} ms one step's time, for each round
 * @typedef {object} Limit
 * @property {Record<string, number>} work operations of a case's step and of a product, bytes of a copy
 * @property {{ product: number[], copy: number[] }} ms one product's and one copy's time, for each round
 * @property {() => Promise<void>} measure
 * @typedef {Record<string, Record<string, Measured>>} Results by case and peer
 */

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "21" }, peers: { type: "string" } },
  allowPositionals: true,
});
const folder = mkdtempSync(join(tmpdir(), "qatlab-bench-"));
/** @type {Peer[]} */
const peers = [];
try {
  process.exitCode = await compare(join(folder, "start.json"), Number(values.rounds));
} finally {
  for (const peer of peers) peer.end();
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {string} start the file that all peers start from
 * @param {number} rounds
 * @returns {Promise<number>} the exit code: 1 when the peers don't compute the same
 */
async function compare(start, rounds) {
  const exporter = fileURLToPath(new URL("step/export.mjs", import.meta.url));
  execFileSync(process.execPath, [exporter, start], { stdio: ["ignore", "inherit", "pipe"] });
  /** @type {Record<string, import("./step/peers.mjs").Case>} */
  const cases = JSON.parse(readFileSync(start, "utf8")).cases;
  const chosen = positionals.length > 0 ? positionals : Object.keys(cases);
  const unknown = chosen.find((name) => !cases[name]);
  if (unknown) {
    console.error(`no such case: ${unknown} (expected ${Object.keys(cases).join(", ")})`);
    return 2;
  }

  await begin(start);
  /** @type {Results} */
  const results = {};
  /** @param {string} name */
  const able = (name) => peers.filter((peer) => peer.takes(cases[name]));
  for (const name of chosen) {
    results[name] = {};
    for (const peer of able(name)) results[name][peer.name] = await warm(peer, name);
  }
  const limit = await limitOf(chosen);
  for (let round = 0; round < rounds; round++) {
    await limit?.measure();
    for (const name of chosen) {
      // Each round begins with another peer: nobody always comes after the same one.
      const turns = able(name);
      turns.push(...turns.splice(0, round % turns.length));
      for (const peer of turns) {
        const { count, ms } = results[name][peer.name];
        ms.push((await peer.train(name, count)).ms / count);
      }
    }
  }
  for (const name of chosen) {
    const qatlab = peers.find((peer) => peer.name === "qatlab" && peer.takes(cases[name]));
    if (qatlab) results[name].qatlab.again = (await firstCalls(qatlab, `${name} again`)).ms;
  }
  console.log(`load of the machine: ${loadavg()[0].toFixed(1)} (about 1 when nobody else uses it)`);
  return report(cases, results, { rounds, first, limit }) ? 0 : 1;
}

/**
 * The machine's limit, which our own peer measures once a round.
 *
 * @param {string[]} names the cases whose operations are counted
 * @returns {Promise<Limit | undefined>}
 */
async function limitOf(names) {
  const peer = peers.find(({ name }) => name === "qatlab");
  if (!peer) return undefined;
  /** @type {Record<string, number>} */
  const work = {};
  for (const name of ["product", "copy", ...names]) work[name] = await peer.operations(name);
  /** @type {Limit["ms"]} */
  const ms = { product: [], copy: [] };
  const count = { product: 10, copy: 3 };
  for (const name of /** @type {const} */ (["product", "copy"])) await peer.train(name, 5);
  return {
    work,
    ms,
    async measure() {
      for (const name of /** @type {const} */ (["product", "copy"])) {
        ms[name].push((await peer.train(name, count[name])).ms / count[name]);
      }
    },
  };
}

/**
 * Starts whichever peers there are, and says which.
 *
 * @param {string} start
 */
async function begin(start) {
  console.log(`pinned by: ${pin.join(" ") || "nothing, there is no taskset"}`);
  const python = process.env.QATLAB_BENCH_PYTHON ?? "python3";
  const wanted = values.peers?.split(",");
  for (const how of starts(python, start)) {
    if (wanted && !wanted.includes(how.name)) continue;
    const peer = new Peer(how);
    const { build, skipped } = await peer.ready.catch((error) => ({
      skipped: error.message,
      build: undefined,
    }));
    console.log(`${peer.name}: ${build ?? `skipped, ${skipped}`}`);
    if (build) peers.push(peer);
    else peer.end();
  }
}

/**
 * The first calls one by one: what they take together, and the loss of the first.
 *
 * @param {Peer} peer
 * @param {string} name
 */
async function firstCalls(peer, name) {
  const { ms, loss } = await peer.train(name, 1);
  let whole = ms;
  for (let i = 1; i < first; i++) whole += (await peer.train(name, 1)).ms;
  return { ms: whole, loss };
}

/**
 * The first calls one by one, four more, and then enough to know how many fit in a moment.
 *
 * @param {Peer} peer
 * @param {string} name
 * @returns {Promise<Measured>}
 */
async function warm(peer, name) {
  const begun = await firstCalls(peer, name);
  const tenth = await peer.train(name, 10 - first);
  const { ms } = await peer.train(name, 20);
  const count = Math.max(3, Math.round((20 * moment) / ms));
  await peer.train(name, count);
  return { losses: [begun.loss, tenth.loss], start: begun.ms, count, ms: [] };
}
