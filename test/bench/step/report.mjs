import { goals, mostToCompile } from "./goals.mjs";

/** By how much two peers' first losses may differ: more, and they don't compute the same. */
const tolerance = 1e-4;

/**
 * @param {number[]} values
 * @param {number} share
 */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))];
}
const median = (/** @type {number[]} */ values) => quantile(values, 0.5);

/**
 * @param {number[]} values
 */
function spread(values) {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(values, share).toFixed(2));
  return `${middle} (${low}–${high})`;
}
const fastest = (/** @type {number[]} */ values) => Math.min(...values);

/**
 * Prints the times, the ratios beside their goals, and whether all computed the same.
 *
 * @param {Record<string, { title: string }>} cases
 * @param {import("../step.mjs").Results} results
 * @param {{ rounds: number, first: number, limit?: import("../step.mjs").Limit }} options
 * @returns {boolean} whether they did
 */
export function report(cases, results, { rounds, first, limit }) {
  console.log(`\none step in ms: median of ${rounds} rounds (quartiles), the fastest`);
  for (const [name, peers] of Object.entries(results)) {
    console.log(`  ${cases[name].title}`);
    for (const [peer, { ms }] of Object.entries(peers)) {
      console.log(`    ${peer.padEnd(13)} ${spread(ms).padEnd(20)} ${fastest(ms).toFixed(2)}`);
    }
  }
  printRatios(cases, results);
  if (limit) printLimit(cases, results, limit);
  printCompiling(cases, results, first);
  return printLosses(cases, results);
}

/**
 * @param {Record<string, { title: string }>} cases
 * @param {import("../step.mjs").Results} results
 */
function printRatios(cases, results) {
  console.log(
    "\nshare of a peer's time: median of the rounds' ratios (quartiles), of the fastest rounds",
  );
  for (const { name, peer, float, most } of goals) {
    const ours = results[name]?.qatlab ?? results[name]?.eager;
    const theirs = float
      ? (results[float]?.qatlab ?? results[float]?.eager)
      : results[name]?.[peer];
    if (!ours || !theirs || ours === theirs) continue;
    const who = float ? "our own float" : peer;
    const ratios = ours.ms.map((ms, i) => ms / theirs.ms[i]);
    const words = [
      `${cases[name].title} : ${who}`.padEnd(52),
      spread(ratios).padEnd(20),
      (fastest(ours.ms) / fastest(theirs.ms)).toFixed(2).padEnd(6),
    ];
    if (most !== undefined) {
      words.push(`at most ${most.toFixed(2)}`, median(ratios) <= most ? "reached" : "missed");
    }
    console.log(`  ${words.join(" ").trimEnd()}`);
  }
}

/**
 * @param {Record<string, { title: string }>} cases
 * @param {import("../step.mjs").Results} results
 * @param {import("../step.mjs").Limit} limit
 */
function printLimit(cases, results, { work, ms }) {
  const rate = (/** @type {"product" | "copy"} */ name, /** @type {number} */ time) =>
    (work[name] / time / 1e6).toFixed(0);
  console.log(
    `\nshare of the limit: the time of a step's products and convolutions at the speed of a product of 1024 × 1024,\n` +
      `${rate("product", median(ms.product))} GFLOP/s (${rate("product", fastest(ms.product))} at best); a copy has ${rate("copy", median(ms.copy))} GB/s (${rate("copy", fastest(ms.copy))}); medians of the rounds' ratios (quartiles), of the fastest rounds`,
  );
  for (const [name, { qatlab }] of Object.entries(results)) {
    if (!qatlab) continue;
    const share = work[name] / work.product;
    const shares = qatlab.ms.map((time, i) => (share * ms.product[i]) / time);
    const best = (share * fastest(ms.product)) / fastest(qatlab.ms);
    const operations = `${(work[name] / 1e6).toFixed(work[name] < 1e7 ? 1 : 0)} MFLOP`;
    console.log(
      `  ${cases[name].title.padEnd(40)} ${operations.padStart(10)}  ${spread(shares).padEnd(20)} ${best.toFixed(2)}`,
    );
  }
}

/**
 * @param {Record<string, { title: string }>} cases
 * @param {import("../step.mjs").Results} results
 * @param {number} first
 */
function printCompiling(cases, results, first) {
  const compiled = Object.entries(results).filter(([, peers]) => peers.qatlab);
  if (compiled.length === 0) return;
  console.log(
    `\ncompiling: what the first ${first} calls take beyond ${first} later ones (at most ${mostToCompile} ms), and for a second model; the first of these runs eagerly, and two of the first model's`,
  );
  for (const [name, { qatlab }] of compiled) {
    const [cost, again] = [qatlab.start, qatlab.again ?? Number.NaN].map((ms) =>
      (ms - first * median(qatlab.ms)).toFixed(0).padStart(5),
    );
    console.log(`  ${cases[name].title.padEnd(52)} ${cost} ms ${again} ms`);
  }
}

/**
 * @param {Record<string, { title: string }>} cases
 * @param {import("../step.mjs").Results} results
 */
function printLosses(cases, results) {
  console.log(
    `\nlosses from the same weights: largest difference of two peers (first step: at most ${tolerance})`,
  );
  let same = true;
  for (const [name, peers] of Object.entries(results)) {
    // Observers move the ranges from the first step on.
    const compared = Object.entries(peers).filter(([peer]) => peer !== "observing");
    const [one, ten] = [0, 1].map((step) => {
      const losses = compared.map(([, measured]) => measured.losses[step]);
      return Math.max(...losses) - Math.min(...losses);
    });
    const fits = one <= tolerance;
    same &&= fits;
    const verdict = fits ? "" : ", NOT THE SAME";
    console.log(
      `  ${cases[name].title.padEnd(52)} first ${one.toExponential(1)}${verdict}, tenth ${ten.toExponential(1)}`,
    );
  }
  return same;
}
