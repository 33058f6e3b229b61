/**
 * Measures the cost of fake quantization beside a plain copy: `node test/bench/fakeQuantize.mjs [millions]`
 * after a build. Prints milliseconds, the best of several runs taken by turns, and the share of the copy's
 * speed, the median of the runs' shares, for 16 million values. `TF_NUM_INTRAOP_THREADS=1` measures one thread.
 */
import { median } from "d3-array";
import * as q from "../../dist/index.js";

const { fakeQuantGradient, gradientForX } = /** @type {any} */ (
  await import("../../dist/tensorflow/fakeQuant/fakeQuant.js")
);
const { tf } = q;
const size = Number(process.argv[2] ?? 16) * 2 ** 20;
const rounds = 15;
const goal = process.env.TF_NUM_INTRAOP_THREADS === "1" ? 0.5 : 0.7;

/**
 * @param {Record<string, (x: any) => any>} ways
 * @param {any} x
 */
function timesOf(ways, x) {
  /** @type {Record<string, number[]>} */
  const times = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      tf.dispose(way(x));
      const took = performance.now() - start;
      // The first round traces and warms up.
      times[name] = round > 0 ? [...(times[name] ?? []), took] : [];
    }
  }
  return times;
}

/** @param {Record<string, (x: any) => any>} ways */
const compiled = (ways) =>
  Object.fromEntries(
    Object.entries(ways).map(([name, way]) => [`${name}, compiled`, q.compile(way)]),
  );

for (const channels of [16, 64, 256]) {
  const x = q.random.uniform([size / channels, channels], { min: -4, max: 4, seed: 1 });
  const [tensor, channel] = [q.int(4), q.int(4, { per: "channel" })];
  const groupSize = 16;
  const group = q.int(4, { per: "group", groupSize, axis: -1 });
  const spread = q.int(4, { per: "group", groupSize });
  const range = (/** @type {number} */ count) => {
    const max = Float32Array.from({ length: count }, (_, i) => 1 + (i % channels) / channels);
    return { min: tf.tensor1d(max.map((end) => (-8 / 7) * end)), max: tf.tensor1d(max) };
  };
  const [perChannel, perGroup] = [range(channels), range(size / groupSize)];
  const { min, max } = perChannel;
  const ways = {
    copy: (/** @type {any} */ x) => tf.neg(x),
    "per tensor": (/** @type {any} */ x) => q.fakeQuantize(x, tensor, { min: -4, max: 3.5 }),
    "per channel": (/** @type {any} */ x) => q.fakeQuantize(x, channel, perChannel),
    "per group of 16": (/** @type {any} */ x) => q.fakeQuantize(x, group, perGroup),
    "per group, axis -2": (/** @type {any} */ x) => q.fakeQuantize(x, spread, perGroup),
    gradient: (/** @type {any} */ x) => gradientForX.of(x, x, min, max, channel),
    "gradient and sums": (/** @type {any} */ x) => fakeQuantGradient(x, x, min, max, channel),
  };
  const times = timesOf({ ...ways, ...compiled(ways) }, x);
  tf.dispose([x, perChannel, perGroup]);
  console.log(`${size / 2 ** 20} M values, ${channels} channels`);
  for (const [name, all] of Object.entries(times)) {
    const copies = times[name.includes("compiled") ? "copy, compiled" : "copy"];
    const share = median(all, (ms, round) => copies[round] / ms) ?? 0;
    console.log(
      `  ${name.padEnd(28)} ${Math.min(...all)
        .toFixed(1)
        .padStart(6)} ms  ${share.toFixed(2)} of the copy (at least ${goal})`,
    );
  }
}
