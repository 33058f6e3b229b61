import type { DataFrame, Series } from "danfojs-node";
import { checkOptions } from "../../arguments/index.js";
import { tf } from "../../tensorflow/index.js";
import { Dataset } from "../dataset.js";
import type { Provenance } from "../provenance.js";
import { toExamples } from "./examples.js";
import { isDataFrame, namesInLine, readCsv, type Table, tableOf, takeColumns } from "./table.js";
import { resolveTargets, type Task } from "./targets.js";

/** Options of {@link dataset}. */
export interface OwnDataOptions {
  /**
   * Whether classes or numbers are to be predicted. Default: `"classification"` for names and for whole
   * numbers from 0, `"regression"` for fractions and negative numbers.
   */
  task?: Task;
  /** How many classes there are. Default: as many as the labels need. */
  classes?: number;
  /** The classes' names, in the order of their numbers. Default: the names, in alphabetical order. */
  labels?: readonly string[];
  /** The columns of a table that a model sees, in this order. Default: all but the label's. */
  features?: readonly string[];
  /** The shape of one example, as in `[28, 28, 1]`. Default: as the arrays are nested. */
  shape?: readonly number[];
  /** Where the data come from, as far as it is source. */
  provenance?: Partial<Provenance>;
}

type Values = readonly (number | string | boolean)[] | NodeJS.TypedArray | tf.Tensor | Series;

/**
 * A data set of your own: from arrays, typed arrays or tensors, a danfo DataFrame, or a CSV file with
 * a header.
 *
 * @param xs examples `[size, …]`: nested arrays, a typed array (see `shape`) or a tensor, which the caller
 *   still disposes; or a table: a DataFrame, or the path of a CSV file; in a browser,
 *   its address or a `File` that was dropped or chosen
 * @param ys for each example the name of its class, its class number from 0, or a number to predict;
 *   for a table the name of that column
 * @returns a data set; names of classes are in its `labels`
 * @throws RangeError if values, labels and options don't fit together or a value isn't a finite number,
 *   naming the example, or the line and column; Error if a file can't be read
 * @example
 * const data = q.dataset([[0, 0], [0, 1], [1, 0], [1, 1]], ["even", "odd", "odd", "even"]);
 * data.labels; // [ "even", "odd" ]
 * data.ys; // [ 0, 1, 1, 0 ]
 * @example
 * const frame = q.dataFrame([{ width: 2, height: 3, area: 6.5 }, { width: 1, height: 4, area: 4.5 }]);
 * const data = q.dataset(frame, "area");
 * [data.xs.shape, data.classes]; // [ [ 2, 2 ], 0 ] (0: numbers are to be predicted)
 */
export function dataset(
  xs: tf.TensorLike | tf.Tensor | NodeJS.TypedArray | DataFrame | Blob | string,
  ys: Values | string,
  options: OwnDataOptions = {},
): Dataset {
  checkOptions<OwnDataOptions>("q.dataset", options, {
    task: true,
    classes: true,
    labels: true,
    features: true,
    shape: true,
    provenance: true,
  });
  if (typeof xs === "string" || isBlob(xs)) return fromTable(readCsv(xs), ys, options);
  if (isDataFrame(xs)) return fromTable(tableOf(xs), ys, options);
  const cells = listed(ys);
  if (cells.length === 0) throw new RangeError("invalid labels: none (expected one an example)");
  return make(xs, cells, {
    ...options,
    place: (row) => `example ${row}`,
    name: "data",
    preprocessing: "",
  });
}

const isBlob = (value: unknown): value is Blob =>
  typeof Blob !== "undefined" && value instanceof Blob;

function fromTable(table: Table, ys: unknown, options: OwnDataOptions): Dataset {
  if (typeof ys !== "string") {
    throw new TypeError(
      `invalid label column: ${String(ys)} (expected one of ${namesInLine(table.columns)})`,
    );
  }
  const { xs, features, label } = takeColumns(table, ys, options.features?.slice());
  const preprocessing = `${namesInLine(features)} as they are, to predict ${ys}`;
  const { place, name, hash } = table;
  return make(xs, label, { ...options, place, name, preprocessing, hash });
}

interface Source extends OwnDataOptions {
  place: (row: number) => string;
  name: string;
  /** How the values were processed. */
  preprocessing: string;
  hash?: string;
}

function make(xs: unknown, cells: readonly unknown[], source: Source): Dataset {
  const { values, classes, labels } = resolveTargets(cells, source);
  const examples = toExamples(xs, cells.length, source.shape);
  const targets = tf.tensor1d(values, classes === 0 ? "float32" : "int32");
  const provenance: Provenance = {
    name: source.name,
    source: "the reader's own",
    licence: "no licence stated",
    hash: source.hash,
    preprocessing: source.preprocessing,
    ...source.provenance,
  };
  try {
    return new Dataset(examples, targets, { classes, labels, provenance });
  } catch (error) {
    tf.dispose([examples, targets]);
    throw error;
  }
}

function listed(ys: unknown): readonly unknown[] {
  if (ys instanceof tf.Tensor) {
    if (ys.rank === 1 || (ys.rank === 2 && ys.shape[1] === 1)) return Array.from(ys.dataSync());
    throw new RangeError(
      `invalid labels: a tensor of shape [${ys.shape.join(", ")}] (expected [size]; several numbers for each example are trained by q.fit(model, { xs, ys }, options))`,
    );
  }
  if (Array.isArray(ys)) return ys;
  if (ArrayBuffer.isView(ys)) return Array.from(ys as unknown as ArrayLike<number>);
  const { values } = Object(ys) as { values?: unknown };
  if (Array.isArray(values)) return values;
  throw new TypeError(
    `invalid labels: ${String(ys)} (expected one for each example, as in [0, 1, 1] or ["even", "odd", "odd"])`,
  );
}
