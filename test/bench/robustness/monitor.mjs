import * as q from "../../../dist/index.js";
import { median, ratio } from "./median.mjs";

/** The most that watching may take of the time of `model.predict`. */
const goal = 0.05;
/** How many examples a round has, in batches of each size. */
const examples = 2048;

/**
 * The monitor's time beside that of the inference that it watches, of the digits network in float, prepared for 4 bits, and of integers.
 *
 * @param {{ rounds: number }} options
 * @returns {Promise<boolean>} whether the goal was reached
 */
export async function monitor({ rounds }) {
  const { train, test } = await q.datasets.digits();
  const float = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
  await q.fit(float, train, { epochs: 5, progress: false });
  const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });
  const prepared = await q.prepare(float, scheme, { calibration: train.take(128) });
  let reached = true;
  for (const [name, model] of Object.entries({ float, prepared, integer: q.convert(prepared) })) {
    for (const size of [1, 32, 256]) {
      const watch = q.monitor(model, test.take(300));
      const xs = test.xs.slice(300, size).mul(1);
      const calls = Math.max(1, Math.round(examples / size / (size === 1 ? 4 : 1)));
      /** @type {{ predict: number[], observe: number[] }} */
      const ms = { predict: [], observe: [] };
      for (let round = -2; round < rounds; round++) {
        let [predict, observe] = [0, 0];
        for (let call = 0; call < calls; call++) {
          const start = performance.now();
          const output = /** @type {q.tf.Tensor} */ (model.predict(xs));
          const between = performance.now();
          watch.observe(xs, output);
          observe += performance.now() - between;
          predict += between - start;
          output.dispose();
        }
        if (round < 0) continue; // to warm up
        ms.predict.push(predict / calls);
        ms.observe.push(observe / calls);
      }
      const share = ratio(ms.observe, ms.predict);
      const times = `${median(ms.observe).toFixed(3)} of ${median(ms.predict).toFixed(3)} ms`;
      console.log(
        `  ${name.padEnd(9)}batches of ${String(size).padStart(3)}: ${(100 * share).toFixed(1)} % (${times})`,
      );
      if (watch.problem) throw new Error(watch.problem);
      if (share > goal) reached = false;
      xs.dispose();
    }
  }
  if (!reached) console.log(`missed: at most ${100 * goal} %`);
  return reached;
}
