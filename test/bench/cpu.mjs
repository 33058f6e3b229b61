/**
 * One training step on the `cpu` backend, which tabs have: compiled against eager, in interleaved rounds, `node
 * test/bench/cpu.mjs [CASE…]` after a build. The losses have to be equal to the last bit.
 */
process.env.QATLAB_BACKEND = "cpu";
const q = await import("../../dist/index.js");
const { cases, examples, learningRate, model: modelOf } = await import("./step/cases.mjs");

const { tf } = q;
const rounds = 15;
/** How long a round of one kind lasts, in ms. */
const moment = 150;
/** The first calls: they are traced, and V8 learns their loops. */
const first = 40;
/** Goals for a compiled step, in ms, on the machine that the others' are for. */
const goals = { digits: 6, "digits-qat": 8, lstm: 20, transformer: 80 };

/**
 * @typedef {(x: import("@tensorflow/tfjs").Tensor, y: import("@tensorflow/tfjs").Tensor) => import("@tensorflow/tfjs").Tensor} Step
 * @param {import("./step/cases.mjs").Case} options
 * @returns {Promise<Step>}
 */
async function stepOf(options) {
  const model = await modelOf(options);
  const optimizer = tf.train.adam(learningRate);
  return (x, y) => {
    const outputs = () => /** @type {any} */ (model.apply(x, { training: true }));
    const loss = () => tf.losses.softmaxCrossEntropy(y, outputs()).asScalar();
    return /** @type {any} */ (optimizer.minimize(/** @type {any} */ (loss), true));
  };
}

/** @param {number[]} numbers */
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

/** @param {keyof typeof goals} name */
async function compare(name) {
  const options = /** @type {import("./step/cases.mjs").Case} */ (cases[name]);
  const { xs, ys } = examples(options);
  const x = tf.slice(xs, 0, options.batch);
  const y = tf.oneHot(tf.slice(ys, 0, options.batch).toInt(), 10).toFloat();
  const step = await stepOf(options);
  const kinds = {
    eager: /** @type {Step} */ ((x, y) => tf.tidy(() => step(x, y))),
    compiled: /** @type {Step} */ (q.compile(/** @type {any} */ (await stepOf(options)))),
  };
  /** @type {Record<string, number[]>} */
  const losses = { eager: [], compiled: [] };
  /** @type {Record<string, number[]>} */
  const ms = { eager: [], compiled: [] };
  for (const [kind, run] of Object.entries(kinds)) {
    for (let i = 0; i < first; i++) {
      const loss = run(x, y);
      losses[kind]?.push(loss.dataSync()[0] ?? Number.NaN);
      loss.dispose();
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const [kind, run] of Object.entries(kinds)) {
      const start = performance.now();
      let count = 0;
      for (; count === 0 || performance.now() - start < moment; count++) run(x, y).dispose();
      ms[kind]?.push((performance.now() - start) / count);
    }
  }
  const { eager = [], compiled = [] } = ms;
  const ratio = median(compiled.map((time, i) => time / (eager[i] ?? Number.NaN)));
  const equal = String(losses.eager) === String(losses.compiled);
  console.log(
    `${name}: eager ${median(eager).toFixed(1)} ms, compiled ${median(compiled).toFixed(1)} ms (best ${Math.min(...compiled).toFixed(1)}, goal ${goals[name]}), ` +
      `ratio ${ratio.toFixed(2)}; ${first} losses ${equal ? "equal" : "DIFFER"}`,
  );
  return equal && median(compiled) <= goals[name];
}

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(goals);
for (const name of chosen) {
  if (!(await compare(/** @type {keyof typeof goals} */ (name)))) process.exitCode = 1;
}
