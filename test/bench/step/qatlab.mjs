/**
 * A peer of `npm run bench -- step`: steps of tfjs's Adam on native TensorFlow, as `node qatlab.mjs eager`,
 * op by op, or as `node qatlab.mjs compiled`, through `q.compile`. Takes requests as peer.py does; 0 steps of a
 * case are answered with the operations of one, "product" and "copy" are cases that measure the machine, and a case
 * with "again" behind its name is a second model, trained after the first one.
 */
import { createInterface } from "node:readline";
import * as q from "../../../dist/index.js";
import { cases, examples, learningRate, model } from "./cases.mjs";
import { limits, operationsOf } from "./limit.mjs";

/**
 * @typedef {import("@tensorflow/tfjs").Tensor} Tensor
 * @typedef {import("@tensorflow/tfjs").Tensor1D} Labels
 * @typedef {import("@tensorflow/tfjs").Scalar} Scalar
 */
/**
 * Takes steps, returns the last one's loss.
 * @typedef {((steps: number) => number) & { operations?(): number, end?(): void }} Trainer
 */
const { tf } = q;
const mode = process.argv[2];
/** @type {(<F>(fn: F) => F) | undefined} */
const compile = /** @type {any} */ (q).compile;

/**
 * @param {(typeof cases)[string]} options
 * @param {boolean} compiled
 * @returns {Promise<Trainer>}
 */
async function trainer(options, compiled) {
  const { batch } = options;
  const { xs, ys } = examples(options);
  const batches = Array.from({ length: ys.size / batch }, (_, i) => ({
    xs: xs.slice(i * batch, batch),
    ys: ys.slice(i * batch, batch),
  }));
  const net = await model(options);
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-7);
  const variables = net.trainableWeights.map((weight) => /** @type {any} */ (weight.read()));
  const eager = (/** @type {Tensor} */ xs, /** @type {Labels} */ ys) =>
    tf.tidy(() => {
      const loss = () => {
        const logits = /** @type {Tensor} */ (net.apply(xs, { training: true }));
        const target = tf.oneHot(ys, 10).toFloat();
        return /** @type {Scalar} */ (tf.losses.softmaxCrossEntropy(target, logits));
      };
      return /** @type {Scalar} */ (optimizer.minimize(loss, true, variables));
    });
  const step = compiled && compile ? compile(eager) : eager;
  let taken = 0;
  const operations = () => operationsOf(() => eager(batches[0].xs, batches[0].ys));
  /** @type {Trainer} */
  const take = (steps) => {
    let loss = tf.scalar(0);
    for (let i = 0; i < steps; i++) {
      loss.dispose();
      const { xs, ys } = batches[taken++ % batches.length];
      loss = step(xs, ys);
    }
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  };
  const end = () => /** @type {{ dispose?(): void }} */ (step).dispose?.();
  return Object.assign(take, { operations, end });
}

const again = " again";
/** @type {Map<string, Trainer>} */
const trainers = new Map();

/**
 * @param {string} name
 * @returns {Promise<Trainer>}
 */
async function trainerOf(name) {
  const known = trainers.get(name);
  if (known) return known;
  const limit = limits[name]?.make();
  if (limit) {
    trainers.set(name, limit);
    return limit;
  }
  const first = name.endsWith(again) ? name.slice(0, -again.length) : undefined;
  if (first) trainers.get(first)?.end?.();
  const chosen = cases[first ?? name];
  if (mode === "compiled") {
    // The work that a process does once (threads, oneDNN's kernels) is no part of compiling.
    const warm = await trainer(chosen, false);
    warm(5);
  }
  const made = await trainer(chosen, mode === "compiled");
  trainers.set(name, made);
  return made;
}

const say = (/** @type {object} */ answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
const { native, versions } = describe();
if (mode === "compiled" && !compile) say({ skipped: "this build has no q.compile" });
else if (!native) say({ skipped: "native TensorFlow isn't set up (npx qatlab doctor)" });
else say({ build: versions });

for await (const line of createInterface({ input: process.stdin })) {
  const { name, steps } = JSON.parse(line);
  const run = await trainerOf(name);
  if (steps === 0) {
    say({ operations: limits[name]?.work ?? run.operations?.() });
    continue;
  }
  const start = performance.now();
  const loss = run(steps);
  say({ ms: performance.now() - start, loss });
}

function describe() {
  const native = tf.getBackend() === "tensorflow";
  const library = native ? /** @type {any} */ (tf.backend()).binding.TF_Version : "none";
  return {
    native,
    versions: `tfjs-node ${tf.version["tfjs-core"]} on TensorFlow ${library}, Node ${process.versions.node}`,
  };
}
