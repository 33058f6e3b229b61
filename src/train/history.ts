import { displaySymbol, type MimeBundle } from "../display/index.js";
import { shown, validationName } from "./options/metrics.js";

/** The results of `fit` after an epoch; metrics have their names, such as `mse` and `validationMse`. */
export interface EpochResult {
  /** The number of the epoch, from 1. */
  epoch: number;
  /** The mean loss of the epoch's steps, each before its update, in training mode. */
  loss: number;
  /**
   * If accuracy is a metric: the share of the epoch's examples that the model named right, 0 to 1, in training
   * mode.
   */
  accuracy?: number;
  /** The loss on the validation set, if there is one. */
  validationLoss?: number;
  /** The accuracy on the validation set, if there is one. */
  validationAccuracy?: number;
  [metric: string]: number | undefined;
}

/**
 * The results of a training, epoch by epoch; as a cell's last expression it shows one line.
 *
 * @example
 * const history = await q.fit(qat, train, { epochs: 2, learningRate: 1e-4, progress: false });
 * history.map(({ epoch }) => epoch); // [ 1, 2 ]
 */
export class History extends Array<EpochResult> {
  /** Makes `map`, `slice` and so on return plain arrays. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** @example `15 epochs: loss 0.0975, accuracy 0.9678, validation accuracy 0.9467` */
  [displaySymbol](): MimeBundle {
    return { "text/plain": this.toString() };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** The last epoch's results in one line. */
  override toString(): string {
    const last = this.at(-1);
    if (!last) return "no epoch was finished";
    const { epoch, ...values } = point(last);
    // Where there are metrics, they say more of the validation than its loss does.
    if (Object.keys(values).length > 2) delete values["validation loss"];
    const words = Object.entries(values).map(([name, value]) => `${name} ${shown(value, 4)}`);
    const epochs = this.length === 1 ? "1 epoch" : `${this.length} epochs`;
    return `${epochs}: ${words.join(", ")}`;
  }
}

/**
 * @internal
 * A result as a board shows it: the epoch, the results of training such as `loss`, then those of validation.
 */
export function point({ epoch, ...result }: EpochResult): Record<string, number> {
  const names = Object.keys(result).filter((name) => result[validationName(name)] !== undefined);
  const validation = names.map((name) => [`validation ${name}`, result[validationName(name)]]);
  const validated = names.map(validationName);
  const training = Object.entries(result).filter(([name]) => !validated.includes(name));
  return Object.fromEntries([["epoch", epoch], ...training, ...validation]);
}
