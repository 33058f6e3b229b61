/**
 * The race of lesson 07 on a second task and a larger network: MNIST's 10,000 test images, 8,000 of them to train and
 * 2,000 to test, and a residual network of 11,446 parameters, with weights and activations of 2 bits.
 *
 *   QATLAB_MIRROR=FOLDER node test/recorded/mnistEstimators.mjs     after a build; about half an hour on two quiet cores
 *
 * The mirror is a folder with `mnist/t10k-images-idx3-ubyte.gz` and its labels (data/README.md has their checksums). A
 * run that was stopped goes on from `mnistEstimators.partial.json`. Nothing is chosen by looking at the test images:
 * epochs and the learning rate were fixed beforehand, and each network is tested once, at its end. Five seeds were
 * planned; the time that the machine had for it ended after the fourth.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, availableParallelism, platform } from "node:os";
import * as q from "../../dist/index.js";

const plan = { seeds: [1, 2, 3, 4], floatEpochs: 4, qatEpochs: 5, bits: 2, filters: 12 };
/** @param {string} name */
const beside = (name) => new URL(name, import.meta.url);
const partial = beside("mnistEstimators.partial.json").pathname;

const { train, test } = await q.datasets.mnist({ progress: false });
if (train.size !== 8000) {
  throw new Error(`invalid mirror: ${train.size} images to train (expected the test files alone)`);
}
const { bits, filters, floatEpochs, qatEpochs } = plan;
const scheme = q.scheme({ weights: q.int(bits, { per: "channel" }), activations: q.uint(bits) });
const calibration = train.take(256);
const inputShape = /** @type {[number, number, number]} */ ([28, 28, 1]);

const race = await q.study(
  plan.seeds,
  async ({ seed, setting, shared: trained }) => {
    const qat = await q.prepare(trained, scheme, { calibration, estimator: setting });
    await q.fit(qat, train, { epochs: qatEpochs, seed, progress: false });
    const measured = { float: 100 * q.accuracy(trained, test), QAT: 100 * q.accuracy(qat, test) };
    qat.dispose();
    console.log(new Date().toISOString(), seed, setting, measured);
    return measured;
  },
  {
    settings: q.estimators.names(),
    shared: async (/** @type {number} */ seed) => {
      const model = q.models.residualCnn({ inputShape, classes: 10, filters, seed });
      await q.fit(model, train, { epochs: floatEpochs, seed, progress: false });
      return model;
    },
    file: partial,
    live: false,
  },
);

const { node, tfjs, tensorflow } = q.environment();
const { version } = JSON.parse(readFileSync(beside("../../package.json"), "utf8"));
const record = {
  made: "test/recorded/mnistEstimators.mjs",
  date: new Date().toISOString().slice(0, 10),
  versions: { qatlab: version, node, tfjs, tensorflow },
  machine: `${platform()} ${arch()}, ${availableParallelism()} cores`,
  data: String(train.provenance.split),
  plan,
  rows: race.rows,
};
writeFileSync(beside("mnistEstimators.json"), `${JSON.stringify(record, null, 1)}\n`);
rmSync(partial);
console.log(race.toMarkdown());
