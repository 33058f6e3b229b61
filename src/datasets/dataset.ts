import { displaySymbol, type MimeBundle } from "../display/mime.js";
import { tf } from "../tensorflow/index.js";
import { checkCount, checkLabels, checkNumbers, checkTensors } from "./check.js";
import { describe, narrowed, type Provenance } from "./provenance.js";
import { permutation, shareOf, splitOrder } from "./random.js";

/** What a {@link Dataset} is made of. */
export interface DatasetOptions {
  /** How many classes there are; labels run from 0 to classes − 1. 0: the targets are numbers to predict. */
  classes: number;
  /** The names of the classes, one each. Default: none, they are numbers. */
  labels?: readonly string[];
  /** Where the examples come from. */
  provenance: Provenance;
}

/** One step's worth of examples. Whoever asked for it disposes its tensors. */
export interface Batch {
  /** Shape `[size, …]`, float32. */
  xs: tf.Tensor;
  /** Shape `[size]`, int32; float32 for numbers to predict. */
  ys: tf.Tensor1D;
  /** Where the examples come from. */
  provenance: Provenance;
}

/**
 * Examples and their labels (or a number to predict for each), held by the backend as two tensors
 * that live until {@link dispose}. Where they come from goes with them.
 *
 * @example
 * const { train } = await q.datasets.digits();
 * train.size; // 1197
 * train.take(256).xs.shape; // [ 256, 8, 8, 1 ]
 */
export class Dataset {
  /** Examples, shape `[size, …]`, float32. */
  readonly xs: tf.Tensor;
  /** Labels, shape `[size]`, int32; or numbers to predict, float32. */
  readonly ys: tf.Tensor1D;
  /** How many classes there are; 0 where numbers are to be predicted. */
  readonly classes: number;
  /** The classes' names, if they have any. */
  readonly labels: readonly string[] | undefined;
  readonly provenance: Provenance;

  /**
   * Takes the two tensors over: they are kept, and disposed with the data set.
   *
   * @param xs examples, shape `[size, …]`, float32
   * @param ys labels, shape `[size]`, int32; for `classes: 0` numbers, float32
   * @throws TypeError for tensors of another type, RangeError for labels that don't fit
   */
  constructor(xs: tf.Tensor, ys: tf.Tensor1D, { classes, labels, provenance }: DatasetOptions) {
    checkTensors(xs, ys);
    if (classes !== 0) checkCount("classes", classes, Number.POSITIVE_INFINITY);
    if (labels && labels.length !== classes) {
      throw new RangeError(
        `invalid labels: ${labels.length} names for ${classes} classes (expected one each)`,
      );
    }
    if (xs.shape[0] !== ys.shape[0]) {
      throw new RangeError(
        `invalid labels: ${ys.shape[0]} for ${xs.shape[0]} examples (expected one label each)`,
      );
    }
    if (classes === 0) checkNumbers(ys);
    else checkLabels(ys, classes);
    this.xs = tf.keep(xs);
    this.ys = tf.keep(ys);
    this.classes = classes;
    this.labels = labels;
    this.provenance = provenance;
  }

  /** How many examples there are. */
  get size(): number {
    return this.ys.shape[0];
  }

  /**
   * The first `count` examples, as a data set with tensors of its own.
   *
   * @throws RangeError unless 1 ≤ count ≤ size
   * @example
   * train.take(100).size; // 100
   */
  take(count: number): Dataset {
    this.checkAlive();
    checkCount("count", count, this.size);
    return this.derive(
      this.xs.slice(0, count),
      this.ys.slice(0, count),
      `the first ${count.toLocaleString("en")}`,
    );
  }

  /**
   * Two data sets with tensors of their own: which example goes to which part only `seed` decides.
   *
   * @param options `testShare`, above 0 and below 1 (default 0.25; each part has at least one
   *   example); `seed` (default 0)
   * @throws RangeError for another share, and for a data set of one example
   * @example
   * const parts = train.split({ testShare: 0.2 });
   * [parts.train.size, parts.test.size]; // [ 958, 239 ]
   */
  split({ testShare = 0.25, seed = 0 }: { testShare?: number; seed?: number | string } = {}): {
    train: Dataset;
    test: Dataset;
  } {
    this.checkAlive();
    const { test, train } = splitOrder(this.size, { testShare, seed });
    const pick = (order: Int32Array, part: string) => {
      const rows = tf.tensor1d(order, "int32");
      const words = `${part}, ${shareOf(order.length, this.size, seed)}`;
      const picked = this.derive(tf.gather(this.xs, rows), tf.gather(this.ys, rows), words);
      rows.dispose();
      return picked;
    };
    return { train: pick(train, "train"), test: pick(test, "test") };
  }

  /**
   * All examples in another order, which only `seed` decides, as a data set with tensors of its own.
   *
   * @example
   * train.shuffle(1).size; // 1197
   */
  shuffle(seed: number | string): Dataset {
    this.checkAlive();
    const order = tf.tensor1d(permutation(this.size, seed), "int32");
    const shuffled = this.derive(
      tf.gather(this.xs, order),
      tf.gather(this.ys, order),
      `shuffled by seed ${seed}`,
    );
    order.dispose();
    return shuffled;
  }

  /**
   * The examples in batches; the last one may be smaller.
   *
   * @param size examples in a batch
   * @param options `seed`: shuffle first, in the order that it decides (default: as they stand)
   * @throws RangeError for a size that isn't a whole number of at least 1
   * @example
   * const sizes: number[] = [];
   * for (const { xs, ys } of train.batches(512, { seed: 1 })) {
   *   sizes.push(ys.size);
   *   q.tf.dispose([xs, ys]);
   * }
   * sizes; // [ 512, 512, 173 ]
   */
  *batches(size: number, { seed }: { seed?: number | string } = {}): Generator<Batch> {
    this.checkAlive();
    checkCount("batch size", size, Number.POSITIVE_INFINITY);
    const data = seed === undefined ? this : this.shuffle(seed);
    try {
      for (let start = 0; start < this.size; start += size) {
        const count = Math.min(size, this.size - start);
        const [xs, ys] = [data.xs.slice(start, count), data.ys.slice(start, count)];
        yield { xs, ys, provenance: data.provenance };
      }
    } finally {
      if (data !== this) data.dispose();
    }
  }

  /** @internal @throws Error when the tensors were freed. */
  checkAlive(): void {
    if (!this.xs.isDisposed && !this.ys.isDisposed) return;
    throw new Error(`data set "${this.provenance.name}" is disposed (load it again)`);
  }

  /**
   * Frees the tensors.
   *
   * @example
   * const few = train.take(8);
   * few.dispose();
   * few.xs.isDisposed; // true
   */
  dispose(): void {
    this.xs.dispose();
    this.ys.dispose();
  }

  /**
   * Name, size, shape and classes, then source and licence, which part it is, what was done to it.
   *
   * @example
   * String(train).split(":")[0]; // "Optical Recognition of Handwritten Digits"
   */
  toString(): string {
    const shape = this.xs.shape.slice(1).join(" × ");
    const what = this.classes === 0 ? "a number to predict for each" : `${this.classes} classes`;
    const names = this.labels ? ` (${shortList(this.labels)})` : "";
    const head = `${this.provenance.name}: ${this.size} examples of ${shape}, ${what}${names}`;
    return [head, ...describe(this.provenance)].join("\n");
  }

  [displaySymbol](): MimeBundle {
    return { "text/plain": this.toString() };
  }

  private derive(xs: tf.Tensor, ys: tf.Tensor1D, words: string): Dataset {
    const { classes, labels, provenance } = this;
    return new Dataset(xs, ys, { classes, labels, provenance: narrowed(provenance, words) });
  }
}

function shortList(labels: readonly string[]): string {
  return labels.length > 6 ? `${labels.slice(0, 3).join(", ")}, …` : labels.join(", ");
}
