import { displaySymbol, type MimeBundle } from "../display/index.js";

/** What `fit` found after an epoch. */
export interface EpochResult {
  /** From 1. */
  epoch: number;
  /** Mean loss of the epoch's steps, each before its update, in training mode. */
  loss: number;
  /** Share of the epoch's examples that were named right, from 0 to 1, in training mode. */
  accuracy: number;
  /** Loss on the validation set, where one is given. */
  validationLoss?: number;
  /** Accuracy on the validation set, where one is given. */
  validationAccuracy?: number;
}

/**
 * The results of a training, epoch by epoch; as a cell's last expression it shows one line.
 *
 * @example
 * const history = await q.fit(qat, train, { epochs: 2, learningRate: 1e-4, progress: false });
 * history.map(({ epoch }) => epoch); // [ 1, 2 ]
 */
export class History extends Array<EpochResult> {
  /** `map`, `slice` and so on give plain arrays. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** @example `15 epochs: loss 0.0975, accuracy 0.9678, validation accuracy 0.9467` */
  [displaySymbol](): MimeBundle {
    const last = this.at(-1);
    if (!last) return { "text/plain": "no epoch was finished" };
    const { loss, accuracy, validationAccuracy } = last;
    const values = { loss, accuracy, "validation accuracy": validationAccuracy };
    const words = Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${value!.toFixed(4)}`);
    const epochs = this.length === 1 ? "1 epoch" : `${this.length} epochs`;
    return { "text/plain": `${epochs}: ${words.join(", ")}` };
  }
}
