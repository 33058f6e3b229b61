import { Result } from "../../analysis/index.js";
import * as plot from "../../plot/index.js";
import { type Proportion, proportion } from "../../statistics/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { Found } from "./run.js";

/** The accuracy of a model before and under an attack. */
export type AttackRow = {
  examples: string;
  "accuracy (%)": number;
  /** The ends of the interval, with 95 % confidence. */
  "low (%)": number;
  "high (%)": number;
};

/** @internal The words of an attack. */
export interface AttackWords {
  name: string;
  epsilon: number;
  labels: Int32Array;
  range: readonly [number, number];
  original: tf.Tensor;
  targeted: boolean;
}

/**
 * An attack on a model: how many examples the model still names rightly, and the examples that were found, which
 * show themselves.
 *
 * @example
 * const attack: q.robustness.Attack = await q.robustness.fgsm(model, test, { epsilon: 0.1 });
 * attack.robust.share < attack.clean.share; // true
 */
export class Attack extends Result<AttackRow> {
  /** The share of examples that the model names rightly before the attack. */
  readonly clean: Proportion;
  /**
   * The share of examples that the model names rightly before and after: the robust accuracy, as far as this attack
   * finds what there is to find. With a target: the share that the attack doesn't bring to the target.
   */
  readonly robust: Proportion;
  /** For each example whether the attack reached its aim. */
  readonly fooled: readonly boolean[];
  /** The examples as the attack moved them, of the shape of the data. {@link dispose} frees them. */
  readonly examples: tf.Tensor;
  readonly #words: AttackWords;
  readonly #pictures: { values: number[]; caption: string }[];

  /** @internal */
  constructor({ examples, right, fooled }: Found, words: AttackWords) {
    const size = right.length;
    const clean = proportion(right.filter(Boolean).length, size);
    const robust = proportion(fooled.filter((is) => !is).length, size);
    const row = (name: string, { share, low, high }: Proportion): AttackRow => ({
      examples: name,
      "accuracy (%)": 100 * share,
      "low (%)": 100 * low,
      "high (%)": 100 * high,
    });
    super([row("as they are", clean), row(`${words.name}, ε = ${words.epsilon}`, robust)]);
    this.clean = clean;
    this.robust = robust;
    this.fooled = fooled;
    this.examples = examples;
    this.#words = words;
    this.#pictures = pictures({ examples, right, fooled }, words);
  }

  /** Examples that the attack reached its aim with, each as it was and as it is; bars where examples aren't images. */
  get figure(): plot.Figure {
    const { name, epsilon, range, original } = this.#words;
    const title = `${name}, ε = ${epsilon}`;
    if (this.#pictures.length > 0) {
      return plot.images(
        this.#pictures.map(({ values }) => values),
        {
          shape: original.shape.slice(1),
          captions: this.#pictures.map(({ caption }) => caption),
          columns: this.#pictures.length / 2,
          range: [...range],
          title: `${title}: examples as they were, and attacked`,
        },
      );
    }
    return new plot.Figure({
      title,
      data: [
        plot.bars(
          this.rows.map(({ examples }) => examples),
          this.rows.map((row) => row["accuracy (%)"] / 100),
        ),
      ],
      y: { title: "accuracy", unit: "%", range: [0, 1] },
    });
  }

  override toString(): string {
    const { clean, robust } = this;
    const { name, epsilon, targeted } = this.#words;
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const what = targeted ? "of the examples stay away from the target" : "accuracy";
    return `${name} at ε = ${epsilon}: ${percent(robust.share)} ${what} (${percent(robust.low)} to ${percent(robust.high)}), ${percent(clean.share)} accuracy without the attack`;
  }

  /**
   * Frees the examples.
   *
   * @example
   * const attack = await q.robustness.fgsm(model, test, { epsilon: 0.1 });
   * attack.dispose();
   * attack.examples.isDisposed; // true
   */
  dispose(): void {
    this.examples.dispose();
  }
}

/** Up to six examples that were right before and were fooled: first all as they were, then all attacked. */
function pictures({ examples, right, fooled }: Found, { original, labels }: AttackWords) {
  const shape = original.shape.slice(1);
  const isImage = shape.length >= 2 && shape.length <= 3 && (shape[2] ?? 1) <= 4;
  if (!isImage) return [];
  const shown = [...right.keys()].filter((i) => right[i] && fooled[i]).slice(0, 4);
  const of = (tensor: tf.Tensor, words: string) =>
    shown.map((i) => {
      const one = tensor.slice(i, 1);
      const values = Array.from(one.dataSync());
      one.dispose();
      return { values, caption: `${words}${labels[i]}` };
    });
  return [...of(original, ""), ...of(examples, "no longer ")];
}
