/** A peer of the attack bench, by the protocol of step/peer.py: writes its model for PyTorch, and attacks it. */
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as q from "../../../dist/index.js";

const file = /** @type {string} */ (process.argv[2]);
const { train, test } = await q.datasets.digits();
const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
await q.fit(model, train, { epochs: 10, progress: false });
const array = (/** @type {q.tf.Tensor} */ tensor) => ({
  shape: tensor.shape,
  values: [...tensor.dataSync()],
});
const weights = Object.fromEntries(
  model.layers.map((layer) => [layer.name, layer.getWeights().map(array)]),
);
writeFileSync(
  file,
  JSON.stringify({ weights, xs: array(test.xs), ys: [...test.ys.dataSync()], epsilon: 0.1 }),
);
const say = (/** @type {object} */ answer) => console.log(JSON.stringify(answer));

say({ build: `Node ${process.version}, TensorFlow ${q.environment().tensorflow ?? ""}` });
for await (const line of createInterface({ input: process.stdin })) {
  const { name, steps } = JSON.parse(line);
  const start = performance.now();
  const options = { epsilon: 0.1, steps, compiled: name === "compiled" };
  const attack = await q.robustness.pgd(model, test, options);
  const ms = performance.now() - start;
  say({ ms, loss: attack.fooled.filter(Boolean).length });
  attack.dispose();
}
