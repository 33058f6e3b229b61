/**
 * AdaRound of the digits network, all four layers with the default 1,000 steps each: `node
 * test/bench/adaround.mjs` after a build. The aim is under 10 s on two cores.
 */
import * as q from "../../dist/index.js";

const aim = 10;
const rounds = 5;

const { train, test } = await q.datasets.digits();
const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
await q.fit(model, train, { epochs: 40, progress: false });
const calibration = train.take(256);
const scheme = q.scheme({ weights: q.int(2, { per: "channel" }) });
const nearest = await q.quantize(model, scheme, { calibration });

/** @type {number[]} */
const seconds = [];
let accuracy = 0;
for (let round = 0; round < rounds; round++) {
  const start = performance.now();
  const rounded = await q.ptq.adaround(model, nearest, { calibration });
  seconds.push((performance.now() - start) / 1000);
  accuracy = q.accuracy(rounded, test);
  rounded.dispose();
}
seconds.sort((a, b) => a - b);
const median = seconds[Math.floor(rounds / 2)] ?? 0;
const spread = `${seconds[0]?.toFixed(1)} to ${seconds.at(-1)?.toFixed(1)}`;
console.log(
  `AdaRound, 4 layers: ${median.toFixed(1)} s (${spread}, ${rounds} rounds; aim under ${aim} s)`,
);
const percent = (/** @type {number} */ share) => (100 * share).toFixed(1);
console.log(
  `W2A32 test accuracy: ${percent(q.accuracy(nearest, test))} % to nearest, ${percent(accuracy)} %`,
);
process.exitCode = median < aim ? 0 : 1;
