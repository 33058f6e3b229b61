import { checkCount, checkOptions } from "../arguments/index.js";
import { displaySymbol, type MimeBundle } from "../display/index.js";
import { tf } from "../tensorflow/index.js";
import { checkLabels, checkNumbers, checkTensors } from "./check.js";
import { describe, narrowed, type Provenance } from "./provenance.js";
import { permutation, shareOf, splitOrder } from "./random.js";

/** The properties of a {@link Dataset} besides its tensors. */
export interface DatasetOptions {
  /**
   * How many classes there are; labels run from 0 to classes − 1. With 0 classes the targets are numbers to
   * predict.
   */
  classes: number;
  /** The names of the classes, one for each class. Default: the classes have no names. */
  labels?: readonly string[];
  /** Where the examples come from. */
  provenance: Provenance;
}

/** The examples of one training step. The caller disposes the batch's tensors. */
export interface Batch {
  /** Shape `[size, …]`, float32. */
  xs: tf.Tensor;
  /** Shape `[size]`, int32; float32 for numbers to predict. */
  ys: tf.Tensor1D;
  /** Where the examples come from. */
  provenance: Provenance;
}

/** Options of {@link Dataset.batches}. */
export interface BatchesOptions {
  /** An integer or a text that decides the order in which the examples are shuffled first. Default: they aren't shuffled. */
  seed?: number | string;
}

/** Options of {@link Dataset.split}. */
export interface SplitOptions {
  /** The share of the test part, above 0 and below 1; each part has at least one example. Default 0.25. */
  testShare?: number;
  /** An integer or a text that decides which example goes to which part. Default 0. */
  seed?: number | string;
}

/**
 * Examples and their labels (or a number to predict for each), held by the backend as two tensors that live
 * until {@link dispose}, together with their provenance.
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
  /** How many classes there are; 0 if the targets are numbers to predict. */
  readonly classes: number;
  /** The names of the classes; `undefined` if they have no names. */
  readonly labels: readonly string[] | undefined;
  readonly provenance: Provenance;

  /**
   * Takes the two tensors over: they are kept, and disposed with the data set.
   *
   * @param xs examples, shape `[size, …]`, float32
   * @param ys labels, shape `[size]`, int32; for `classes: 0` numbers, float32
   * @throws TypeError if a tensor is of a wrong type or rank, or for an option that a data set doesn't have;
   *   RangeError if labels don't fit the examples or the classes
   */
  constructor(xs: tf.Tensor, ys: tf.Tensor1D, options: DatasetOptions) {
    checkOptions<DatasetOptions>("q.Dataset", options, {
      classes: true,
      labels: true,
      provenance: true,
    });
    checkTensors(xs, ys);
    const { classes, labels, provenance } = options ?? {};
    if (classes !== 0) checkCount("classes", classes);
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
   * The first `count` examples, as a data set with new tensors.
   *
   * @throws RangeError if `count` is not a whole number from 1 to `size`
   * @example
   * train.take(100).size; // 100
   */
  take(count: number): Dataset {
    this.checkAlive();
    checkCount("count", count, { most: this.size });
    return this.derive(
      this.xs.slice(0, count),
      this.ys.slice(0, count),
      `the first ${count.toLocaleString("en")}`,
    );
  }

  /**
   * Two data sets with new tensors. Only `seed` decides which example goes to which part.
   *
   * @throws RangeError if the share is not above 0 and below 1, or if the data set has one example
   * @example
   * const parts = train.split({ testShare: 0.2 });
   * [parts.train.size, parts.test.size]; // [ 958, 239 ]
   */
  split(options: SplitOptions = {}): {
    train: Dataset;
    test: Dataset;
  } {
    checkOptions<SplitOptions>("Dataset.split", options, { testShare: true, seed: true });
    const { testShare = 0.25, seed = 0 } = options;
    this.checkAlive();
    const { test, train } = splitOrder(this.size, { testShare, seed });
    const pick = (order: Int32Array, split: string) => {
      const rows = tf.tensor1d(order, "int32");
      const words = `${split}, ${shareOf(order.length, this.size, seed)}`;
      const picked = this.derive(tf.gather(this.xs, rows), tf.gather(this.ys, rows), words);
      rows.dispose();
      return picked;
    };
    return { train: pick(train, "train"), test: pick(test, "test") };
  }

  /**
   * All examples in a new order, which only `seed` decides, as a data set with new tensors.
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
   * @param size the number of examples in a batch
   * @throws RangeError if the size is not a whole number of at least 1
   * @example
   * const sizes: number[] = [];
   * for (const { xs, ys } of train.batches(512, { seed: 1 })) {
   *   sizes.push(ys.size);
   *   q.tf.dispose([xs, ys]);
   * }
   * sizes; // [ 512, 512, 173 ]
   */
  *batches(size: number, options: BatchesOptions = {}): Generator<Batch> {
    checkOptions<BatchesOptions>("Dataset.batches", options, { seed: true });
    const { seed } = options;
    this.checkAlive();
    checkCount("batch size", size);
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

  /** @internal @throws Error if the data set is disposed. */
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
   * Name, size, shape and classes, then source and licence, the selection of examples, and the processing.
   *
   * @example
   * String(train).split(":")[0]; // "Optical Recognition of Handwritten Digits"
   */
  toString(): string {
    const shape = this.xs.shape.slice(1).join(" × ");
    const targets = this.classes === 0 ? "a number to predict for each" : `${this.classes} classes`;
    const names = this.labels ? ` (${shortList(this.labels)})` : "";
    const head = `${this.provenance.name}: ${this.size} examples of ${shape}, ${targets}${names}`;
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
