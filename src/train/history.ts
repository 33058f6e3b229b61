import { displaySymbol, type MimeBundle } from "../display/index.js";
import type { EpochResult } from "./fit.js";

/** The results of a training, epoch by epoch; as a cell's last expression it shows one line. */
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
