/** A peer of the calibration bench, by the protocol of step/peer.py: observes values so many times. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as q from "../../../dist/index.js";

const folder = /** @type {string} */ (process.argv[2]);
/** @type {Record<string, Float32Array | q.tf.Tensor>} */
const data = {};
for (const name of ["normal", "relu"]) {
  const values = new Float32Array(new Uint8Array(readFileSync(join(folder, `${name}.f32`))).buffer);
  data[`${name} list`] = values;
  data[`${name} tensor`] = q.tf.tensor1d(values).add(0); // so that TensorFlow holds it
}
const say = (/** @type {object} */ answer) => console.log(JSON.stringify(answer));

say({ build: `Node ${process.version}, TensorFlow ${q.environment().tensorflow ?? ""}` });
for await (const line of createInterface({ input: process.stdin })) {
  const { name, steps } = JSON.parse(line);
  const values = /** @type {Float32Array} */ (data[name]);
  const start = performance.now();
  const observer = q.observer("percentile");
  for (let i = 0; i < steps; i++) observer.observe(values);
  const range = observer.range(q.int(8));
  say({ ms: performance.now() - start, loss: range.max });
}
