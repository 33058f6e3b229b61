import { Result } from "../analysis/index.js";
import { checkCount, checkOptions, checkSeed } from "../arguments/index.js";
import { Dataset } from "../datasets/index.js";
import { kindOf } from "../graph/index.js";
import { mlp } from "../models/index.js";
import * as plot from "../plot/index.js";
import { tf } from "../tensorflow/index.js";
import { fit as fitModel, withLogits } from "../train/index.js";

/** An example whose label a model contradicts that wasn't trained on it. */
export type LabelErrorRow = {
  example: number;
  label: string;
  "the model says": string;
  /** The probability that the model gives to the label. */
  "label's probability": number;
  /** The probability of the class that the model names, less that of the label. */
  margin: number;
};

/** Options of {@link labelErrors}. */
export interface LabelErrorsOptions {
  /** How many parts the data are split into; each is judged by a model trained on the others. Default 4. */
  folds?: number;
  /**
   * Trains a classifier, on a data set and with a seed. Default: a dense network with a layer of 64 units, for 30
   * epochs.
   */
  train?: (data: Dataset, seed: number) => Promise<tf.LayersModel>;
  /** An integer that decides the parts and the models' first weights. Default 0. */
  seed?: number;
}

/**
 * Labels that are contradicted, which show themselves as images and a table.
 *
 * @example
 * const found: q.provenance.LabelErrors = await q.provenance.labelErrors(test.take(200), { folds: 2 });
 * found.rows.length < 20; // true
 */
export class LabelErrors extends Result<LabelErrorRow> {
  readonly #pictures: { shape: readonly number[]; values: Float32Array[] };

  /** @internal */
  constructor(
    rows: LabelErrorRow[],
    pictures: { shape: readonly number[]; values: Float32Array[] },
  ) {
    super(rows);
    this.#pictures = pictures;
  }

  /** The 24 examples with the largest margins, with label and answer; bars of the margins where they aren't images. */
  get figure(): plot.Figure {
    const { shape, values } = this.#pictures;
    const title = `Labels that a model contradicts: ${this.rows.length}`;
    if (values.length > 0 && shape.length >= 2 && shape.length <= 3) {
      return plot.images(values, {
        shape,
        title,
        captions: this.rows
          .slice(0, values.length)
          .map((row) => `${row.label}, not ${row["the model says"]}?`),
      });
    }
    return new plot.Figure({
      title,
      data: [
        plot.bars(
          this.rows.map(({ example }) => String(example)),
          this.rows.map(({ margin }) => margin),
        ),
      ],
      x: "example",
      y: "margin",
    });
  }

  override below() {
    if (this.rows.length > 0) return super.below();
    return { "text/plain": this.toString() };
  }

  override toString(): string {
    const count = this.rows.length;
    if (count === 0) return "no label is contradicted with confidence";
    return `${count} label${count === 1 ? " is" : "s are"} contradicted with confidence, which a person has to judge`;
  }
}

/**
 * Finds labels that are probably wrong, by confident learning: each example is judged by a model that was trained without
 * it; a label is contradicted if the model gives another class at least the probability that examples labelled with that
 * class have on average. Northcutt, Jiang and Chuang 2021, "Confident Learning", Journal of Artificial Intelligence Research
 * 70, equations 1 and 2 (the counts aren't calibrated); pairs are ranked by their margin.
 *
 * @param data examples with classes
 * @throws TypeError if `data` isn't a data set with classes; RangeError if there are fewer examples than folds
 * @example
 * const wrong = [...test.ys.dataSync()];
 * wrong[7] = (wrong[7]! + 5) % 10;
 * const data = q.dataset(test.xs, wrong);
 * const { rows } = await q.provenance.labelErrors(data, { folds: 2 });
 * rows.some(({ example }) => example === 7); // true
 */
export async function labelErrors(
  data: Dataset,
  options: LabelErrorsOptions = {},
): Promise<LabelErrors> {
  checkOptions<LabelErrorsOptions>("q.provenance.labelErrors", options, {
    folds: true,
    train: true,
    seed: true,
  });
  const { folds = 4, train = trainDense, seed = 0 } = options;
  if (!(data instanceof Dataset) || data.classes < 2) {
    throw new TypeError(
      `invalid data: ${data instanceof Dataset ? `${data.classes} classes` : kindOf(data)} (expected a data set with at least two classes)`,
    );
  }
  if (data.size < 2) {
    throw new RangeError("invalid data: 1 example (expected at least two, one to judge the other)");
  }
  data.checkAlive();
  checkCount("folds", folds, { least: 2, most: data.size });
  checkSeed(seed);
  const probabilities = await crossValidated(data, { folds, train, seed });
  const labels = data.ys.dataSync();
  const { classes } = data;
  const found = contradicted(probabilities, labels, classes);
  const name = (c: number) => data.labels?.[c] ?? String(c);
  const rows = found.map(
    ({ example, says, margin }): LabelErrorRow => ({
      example,
      label: name(labels[example]!),
      "the model says": name(says),
      "label's probability": probabilities[example * classes + labels[example]!]!,
      margin,
    }),
  );
  const values = rows.slice(0, 24).map(({ example }) => {
    const one = data.xs.slice(example, 1);
    const all = one.dataSync() as Float32Array;
    one.dispose();
    return all;
  });
  return new LabelErrors(rows, { shape: data.xs.shape.slice(1), values });
}

async function trainDense(data: Dataset, seed: number): Promise<tf.LayersModel> {
  const inputShape = data.xs.shape.slice(1);
  const model = mlp({ inputShape, units: [64], classes: data.classes, seed });
  await fitModel(model, data, { epochs: 30, seed, progress: false });
  return model;
}

/** The probability of each class, `[size · classes]`, by models that were trained on the other parts. */
async function crossValidated(
  data: Dataset,
  { folds, train, seed }: Required<LabelErrorsOptions>,
): Promise<Float32Array> {
  const { classes, provenance, size } = data;
  const probabilities = new Float32Array(size * classes);
  const order = [...data.ys.dataSync().keys()];
  const shuffled = shuffle(order, seed);
  for (let fold = 0; fold < folds; fold++) {
    const out = shuffled.filter((_, i) => i % folds === fold);
    const others = shuffled.filter((_, i) => i % folds !== fold);
    const rows = (list: number[]) => tf.tensor1d(Int32Array.from(list), "int32");
    const [kept, left] = [rows(others), rows(out)];
    const part = new Dataset(tf.gather(data.xs, kept), tf.gather(data.ys, kept), {
      classes,
      provenance,
    });
    const model = await train(part, seed + fold);
    const answers = tf.tidy(() => {
      const logits = withLogits(
        model,
        () => model.predict(tf.gather(data.xs, left)) as tf.Tensor2D,
      );
      return tf.softmax(logits).dataSync();
    }) as unknown as Float32Array;
    out.forEach((example, i) => {
      probabilities.set(answers.subarray(i * classes, (i + 1) * classes), example * classes);
    });
    part.dispose();
    tf.dispose([kept, left]);
    if (train === trainDense) model.dispose();
  }
  return probabilities;
}

function shuffle(list: number[], seed: number): number[] {
  return list
    .map((value) => ({ value, key: hash(value, seed) }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

/** Mixes two integers into one of 32 bits (the finalizer of MurmurHash3). */
function hash(value: number, seed: number): number {
  let h = (value ^ Math.imul(seed + 1, 0x9e3779b9)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** @internal The examples off the diagonal of the confident joint, those with the largest margin first. */
export function contradicted(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): { example: number; says: number; margin: number }[] {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  const at = (i: number, c: number) => probabilities[i * classes + c]!;
  for (let i = 0; i < labels.length; i++) {
    sums[labels[i]!]! += at(i, labels[i]!);
    counts[labels[i]!]!++;
  }
  const thresholds = sums.map((sum, c) =>
    counts[c]! > 0 ? sum / counts[c]! : Number.POSITIVE_INFINITY,
  );
  const found: { example: number; says: number; margin: number }[] = [];
  for (let i = 0; i < labels.length; i++) {
    let says = -1;
    for (let c = 0; c < classes; c++) {
      if (at(i, c) >= thresholds[c]! && (says < 0 || at(i, c) > at(i, says))) says = c;
    }
    const label = labels[i]!;
    if (says < 0 || says === label) continue;
    found.push({ example: i, says, margin: at(i, says) - at(i, label) });
  }
  return found.sort((a, b) => b.margin - a.margin || a.example - b.example);
}
