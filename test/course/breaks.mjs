/**
 * A claim is worth something only if it fails when the library is wrong. Each lesson here is run with a library that is
 * broken in one known way, in one line, and one of its claims must fail for it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { read, root, runWith } from "./notebook.mjs";

/**
 * @typedef {object} Break
 * @property {string} title The fault, in words.
 * @property {string} file The broken file of the build.
 * @property {string} right A part of the file.
 * @property {string} wrong The text that takes its place.
 * @property {string} claim A part of the claim that must fail.
 */

/** The faults, by the number of the lesson that must notice. @type {Record<string, Break>} */
export const breaks = {
  "04": {
    title: "equalization finds no factors",
    file: "ptq/equalize/equalize.js",
    right: "channels[i] ? Math.sqrt(r1 / second[i]) : 1",
    wrong: "channels[i] ? 1 : 1",
    claim: "Equalization brings a network with unlike channels at least 50 points",
  },
  "06": {
    title: "the straight-through estimator has the wrong sign",
    file: "estimators/clippedSte.js",
    right: "grid.gradient(dy, x)",
    wrong: "grid.gradient(dy, x).neg()",
    claim: "QAT at W3A3 is above the PTQ that rounds to nearest",
  },
  "07": {
    title: "the derivative of the stairs is 1",
    file: "estimators/none.js",
    right: "tf.zerosLike(dy)",
    wrong: "dy.clone()",
    claim: "No gradient at all is at least 10 points worse",
  },
  "08": {
    title: "LSQ's scale has no gradient",
    file: "estimators/lsq.js",
    right: "tf.div(logScaleGradient(gradients, grid), scale)",
    wrong: "tf.zerosLike(scale)",
    claim: "From ranges three times too wide, learning them is worth at least 3 points",
  },
  "09": {
    title: "dampening doesn't pull",
    file: "qat/lossTerms/dampening.js",
    right: "tf.mul(distance, 2)",
    wrong: "tf.mul(distance, 0)",
    claim: "Dampening leaves at most a quarter of the oscillating weights",
  },
  10: {
    title: "AdaRound rounds each soft bit the other way",
    file: "ptq/adaround/reconstruct.js",
    right: "up[i] >= 0.5 ? 1 : 0",
    wrong: "up[i] >= 0.5 ? 0 : 1",
    claim: "At W2A32 AdaRound gains at least 10 points over nearest",
  },
  11: {
    title: "a layer's sensitivity has the wrong sign",
    file: "analysis/sensitivity/sensitivity.js",
    right: "evaluation.loss - float.loss",
    wrong: "float.loss - evaluation.loss",
    claim: "The sum over single layers ranks all assignments",
  },
  12: {
    title: "stochastic rounding of gradients draws no noise",
    file: "estimators/quantizeGradient.js",
    right: 'rounding === "stochastic" ?',
    wrong: 'rounding === "never" ?',
    claim: "2-bit gradients: stochastic rounding is at least 50 points above nearest",
  },
  13: {
    title: "the straight-through estimator has the wrong sign",
    file: "estimators/clippedSte.js",
    right: "grid.gradient(dy, x)",
    wrong: "grid.gradient(dy, x).neg()",
    claim: "at W2A4: training brings back at least 8 points",
  },
  14: {
    title: "SmoothQuant finds no factors",
    file: "ptq/smoothQuant/smoothQuant.js",
    right: "size ** alpha / weight ** (1 - alpha)",
    wrong: "1",
    claim: "SmoothQuant raises the SQNR of the queries at W8A8 by at least 10 dB",
  },
  15: {
    title: "XNNPACK's multipliers are a thousandth too large",
    file: "integer/arithmetic/multiplier.js",
    right: 'kernel === "xnnpack" ? single',
    wrong: 'kernel === "xnnpack" ? 1.001 * single',
    claim: "In XNNPACK at most 50 of 100,000 codes are others than in training",
  },
  16: {
    title: "an attack goes down the loss",
    file: "robustness/attack/step.js",
    right: "tf.sign(gradient)",
    wrong: "tf.neg(tf.sign(gradient))",
    claim: "The masked attack overstates the accuracy that is left by at least 20 points",
  },
};

/** The lessons that the suite runs broken; `QATLAB_WHOLE=1` runs all. */
const sample = ["04"];

/**
 * The tests of a lesson's claims against a broken library; none if the sample leaves the lesson out.
 *
 * @param {string} path The lesson.
 * @param {string} out Where the executed copy goes.
 * @returns {import("./run.mjs").Test[]}
 */
export function breakTests(path, out) {
  const name = path.split(/[\\/]/).at(-1) ?? "";
  const lesson = name.slice(0, 2);
  const broken = breaks[lesson];
  if (!broken) return [];
  if (process.env.QATLAB_WHOLE !== "1" && !sample.includes(lesson)) return [];
  return [[`${name} notices that ${broken.title}`, () => notices(path, out, broken)]];
}

/** @param {string} path @param {string} out @param {Break} broken */
async function notices(path, out, { file, right, wrong, claim }) {
  const source = readFileSync(join(root, "dist", file), "utf8");
  if (source.split(right).length !== 2) return [`dist/${file} has not one "${right}"`];
  const stated = read(path).cells.some((/** @type {any} */ { source }) =>
    // A statement may stand in two parts, on two lines.
    [source]
      .flat()
      .join("")
      .replaceAll(/" \+\s+"/g, "")
      .includes(claim),
  );
  if (!stated) return [`no claim "${claim}"`];
  const hook = pathToFileURL(join(root, "test", "course", "break.mjs")).href;
  const fault = JSON.stringify({ end: `/dist/${file}`, right, wrong });
  const env = { NODE_OPTIONS: `--import=${hook}`, QATLAB_BREAK: fault };
  const { status, output } = await runWith(env, path, "--out", join(out, "broken"));
  const failed = output.split("\n").some((line) => line.includes(claim));
  return status === 1 && failed ? [] : [`exit status ${status}, and the claim holds:\n${output}`];
}
