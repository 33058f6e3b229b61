import { Result } from "../analysis/index.js";
import { checkNumber, checkOptions } from "../arguments/index.js";
import type { Dataset } from "../datasets/index.js";
import { checkModel, flatLayers, type Layer } from "../graph/index.js";
import * as plot from "../plot/index.js";
import { tf } from "../tensorflow/index.js";
import { calibrationBatchSize, inputBatches, inputsOf } from "../train/index.js";
import { nearPairs } from "./neighbours.js";
import { checkSameShape } from "./parts.js";

/** Two examples that are alike. */
export type DuplicateRow = {
  part: string;
  example: number;
  "other part": string;
  "other example": number;
  /** The Euclidean distance, in the space that was searched. */
  distance: number;
  kind: "exact" | "near";
  /** Whether both have the same label. */
  label: "same" | "different";
};

/** Options of {@link duplicates}. */
export interface DuplicatesOptions {
  /**
   * How far apart near duplicates may be, as a share of the mean distance of two examples; 0 finds exact duplicates only.
   * Default 0.1.
   */
  near?: number;
  /**
   * A model in whose features examples are compared: the values that its last layer with weights reads. Default: the
   * values themselves are compared.
   */
  features?: tf.LayersModel;
}

/** The most pairs that are kept. */
const most = 10_000;

/**
 * Examples that are alike, which show themselves as pairs of images and a table.
 *
 * @example
 * const found: q.provenance.Duplicates = q.provenance.duplicates({ train, test });
 * found.between("train", "test").length; // 0
 */
export class Duplicates extends Result<DuplicateRow> {
  /** Whether all pairs were found; a search ends with the 10,000th. */
  readonly complete: boolean;
  /** The largest distance that counts as near, in the space that was searched. */
  readonly within: number;
  readonly #pictures: { shape: readonly number[]; values(part: string, i: number): Float32Array };

  /** @internal */
  constructor(
    rows: DuplicateRow[],
    { complete, within }: { complete: boolean; within: number },
    pictures: { shape: readonly number[]; values(part: string, i: number): Float32Array },
  ) {
    super(rows);
    this.complete = complete;
    this.within = within;
    this.#pictures = pictures;
  }

  /**
   * The pairs between two parts: what a test part shares with the training part isn't a test.
   *
   * @example
   * q.provenance.duplicates({ train, again: train.take(5) }).between("train", "again").length; // 5
   */
  between(one: string, other: string): DuplicateRow[] {
    return this.rows.filter(
      (row) =>
        (row.part === one && row["other part"] === other) ||
        (row.part === other && row["other part"] === one),
    );
  }

  /** The nearest twelve pairs, each side by side; a histogram of the distances where examples aren't images. */
  get figure(): plot.Figure {
    const { shape, values } = this.#pictures;
    const title = `Pairs that are alike: ${this.rows.length}`;
    const shown = this.rows.slice(0, 12);
    if (shown.length > 0 && shape.length >= 2 && shape.length <= 3) {
      return plot.images(
        shown.flatMap((row) => [
          values(row.part, row.example),
          values(row["other part"], row["other example"]),
        ]),
        {
          shape,
          title,
          captions: shown.flatMap((row) => [
            `${row.part} ${row.example}`,
            `${row["other part"]} ${row["other example"]}`,
          ]),
        },
      );
    }
    const names = this.rows.map((_, i) => String(i + 1));
    return new plot.Figure({
      title,
      data: [
        plot.bars(
          names,
          this.rows.map(({ distance }) => distance),
        ),
      ],
      x: "pair",
      y: "distance",
    });
  }

  override below() {
    if (this.rows.length > 0) return super.below();
    return { "text/plain": this.toString() };
  }

  override toString(): string {
    const exact = this.rows.filter(({ kind }) => kind === "exact").length;
    const across = this.rows.filter((row) => row.part !== row["other part"]).length;
    const end = this.complete ? "" : " (the search ended there)";
    return `${exact} exact and ${this.rows.length - exact} near duplicates, ${across} of them between parts${end}`;
  }
}

/**
 * Finds examples that are alike, within parts of the data and between them: a test example that was trained on says
 * nothing about new ones. Each pair of examples nearer than `near` is found, by distances in pixels or in a model's
 * features; the search is exact, and its memory grows with the number of examples only.
 *
 * @param parts the parts by name, as in `{ train, calibration, test }`
 * @throws TypeError or RangeError if a part isn't a data set, or has examples of another shape
 * @example
 * const found = q.provenance.duplicates({ train, calibration: train.take(3) });
 * String(found); // "3 exact and 0 near duplicates, 3 of them between parts"
 */
export function duplicates(
  parts: Readonly<Record<string, Dataset>>,
  options: DuplicatesOptions = {},
): Duplicates {
  checkOptions<DuplicatesOptions>("q.provenance.duplicates", options, {
    near: true,
    features: true,
  });
  const { near = 0.1, features } = options;
  checkNumber("near", near, { from: 0, below: 1, example: "{ near: 0.1 }" });
  const entries = checkSameShape(parts);
  const lists = entries.map(([, data]) =>
    features ? featuresOf(features, data) : data.xs.dataSync(),
  );
  const sizes = entries.map(([, data]) => data.size);
  const total = sizes.reduce((a, b) => a + b, 0);
  const each = lists[0]!.length / sizes[0]!;
  const all = new Float32Array(total * each);
  let start = 0;
  const places = entries.flatMap(([name, data], p) => {
    all.set(lists[p] as Float32Array, start);
    start += lists[p]!.length;
    const labels = data.ys.dataSync();
    return Array.from({ length: data.size }, (_, i) => ({ name, i, label: labels[i]! }));
  });
  const broken = all.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) {
    const { name, i } = places[Math.floor(broken / each)]!;
    throw new RangeError(
      `invalid ${name}: example ${i} has values that aren't finite, which have no distance (expected finite examples: q.provenance.checkData counts the others)`,
    );
  }
  const within = near * typicalDistance(all, each);
  const { pairs, complete } = nearPairs(all, each, { within, most });
  const rows = pairs.map(({ a, b, distance }): DuplicateRow => {
    const [one, other] = [places[a]!, places[b]!];
    return {
      part: one.name,
      example: one.i,
      "other part": other.name,
      "other example": other.i,
      distance,
      kind: distance === 0 ? "exact" : "near",
      label: one.label === other.label ? "same" : "different",
    };
  });
  const shape = entries[0]![1].xs.shape.slice(1);
  const values = (part: string, i: number) => {
    const one = parts[part]!.xs.slice(i, 1);
    const found = one.dataSync() as Float32Array;
    one.dispose();
    return found;
  };
  return new Duplicates(rows, { complete, within }, { shape, values });
}

/** The mean distance of examples to the one half of the data away. */
function typicalDistance(all: Float32Array, each: number): number {
  const count = all.length / each;
  const step = Math.max(1, Math.floor(count / 1000));
  const half = Math.floor(count / 2) || 1;
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < count; i += step) {
    const other = (i + half) % count;
    let square = 0;
    for (let k = 0; k < each; k++) square += (all[i * each + k]! - all[other * each + k]!) ** 2;
    sum += Math.sqrt(square);
    pairs++;
  }
  return sum / pairs;
}

/** The values that the last layer with weights reads, for each example. */
function featuresOf(model: tf.LayersModel, data: Dataset): Float32Array {
  checkModel(model);
  const inputs = inputsOf(model, data, "data");
  const last = flatLayers(model).findLast(({ weights }) => weights.length > 0);
  if (!last || model.inputs.length > 1) {
    throw new TypeError(
      `invalid features: "${model.name}" has no layer with weights, or several inputs (expected a classifier with one input)`,
    );
  }
  const size = inputs[0]!.shape[0]!;
  let found: Float32Array | undefined;
  let start = 0;
  for (const batch of inputBatches(inputs, calibrationBatchSize)) {
    const { values, count } = readBy(last, () => model.apply(batch, { training: false }));
    found ??= new Float32Array(size * (values.length / count));
    found.set(values, start);
    start += values.length;
    tf.dispose(batch);
  }
  return found!;
}

/** The values that a layer reads while a function runs, at the last of its places. */
function readBy(layer: Layer, run: () => unknown): { values: Float32Array; count: number } {
  const { call } = layer;
  const read = { values: new Float32Array(), count: 0 };
  Object.assign(layer, {
    call: (inputs: tf.Tensor | tf.Tensor[], options: object) => {
      const [x] = [inputs].flat() as [tf.Tensor];
      Object.assign(read, { values: x.dataSync(), count: x.shape[0] });
      return call.call(layer, inputs, options as never);
    },
  });
  try {
    tf.tidy(() => {
      run();
    });
  } finally {
    delete (layer as Partial<Layer>).call;
  }
  return read;
}
