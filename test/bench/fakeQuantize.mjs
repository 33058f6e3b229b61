/**
 * Measures the cost of fake quantization beside a plain copy: `node test/bench/fakeQuantize.mjs [millions]`
 * after a build. Prints milliseconds, the best of several runs taken by turns, and the share of the copy's
 * bandwidth, for 16 million values.
 */
import * as q from "../../dist/index.js";

const { tf } = q;
const size = Number(process.argv[2] ?? 16) * 2 ** 20;
const rounds = 9;

/**
 * @param {Record<string, (x: any) => any>} ways
 * @param {any} x
 */
function bestOf(ways, x) {
  /** @type {Record<string, number>} */
  const best = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      tf.dispose(way(x));
      const took = performance.now() - start;
      // The first round traces and warms up.
      if (round > 0) best[name] = Math.min(best[name] ?? took, took);
    }
  }
  return best;
}

for (const channels of [16, 64, 256]) {
  const x = q.random.uniform([size / channels, channels], { min: -4, max: 4, seed: 1 });
  const [tensor, channel] = [q.int(4), q.int(4, { per: "channel" })];
  const max = Float32Array.from({ length: channels }, (_, i) => 1 + i / channels);
  const range = { min: max.map((end) => (-8 / 7) * end), max };
  const perTensor = (/** @type {any} */ x) => q.fakeQuantize(x, tensor, { min: -4, max: 3.5 });
  const perChannel = (/** @type {any} */ x) => q.fakeQuantize(x, channel, range);
  const copy = (/** @type {any} */ x) => tf.neg(x);
  const took = bestOf(
    {
      copy,
      "per tensor": perTensor,
      "per channel": perChannel,
      "copy, compiled": q.compile(copy),
      "per tensor, compiled": q.compile(perTensor),
      "per channel, compiled": q.compile(perChannel),
    },
    x,
  );
  x.dispose();
  console.log(`${size / 2 ** 20} M values, ${channels} channels`);
  for (const [name, ms] of Object.entries(took)) {
    const share = took[name.includes("compiled") ? "copy, compiled" : "copy"] / ms;
    const goal = name.includes("tensor")
      ? " (at least 0.7)"
      : name.includes("channel")
        ? " (at least 0.7)"
        : "";
    console.log(
      `  ${name.padEnd(22)} ${ms.toFixed(1).padStart(6)} ms  ${share.toFixed(2)} of the copy${goal}`,
    );
  }
}
