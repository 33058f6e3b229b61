import { tf } from "../../tensorflow/index.js";
import { StepCallback } from "../../train/index.js";
import { checkDirect, type LatentKernel, latentKernels } from "../oscillation/kernels.js";
import { type Penalty, penalize } from "./penalty.js";
import { type Ramp, ramp } from "./ramp.js";

/** Options of the loss terms {@link dampening}, {@link binRegularization} and {@link sine}. */
export interface LossTermOptions {
  /** What the penalty is multiplied by, in the end. */
  strength: number;
  /** How the strength rises from 0. Default `"cosine"`. */
  schedule?: Ramp;
  /** The names of the layers whose kernels it is for. Default: all quantized ones. */
  layers?: readonly string[];
}

/**
 * A term that is added to the loss of a prepared model while it trains, in `q.fit` and in `model.fit`: a callback.
 *
 * @example
 * const term = q.qat.dampening({ strength: 0.1 });
 * await q.fit(qat, train, { epochs: 3, callbacks: term });
 * term.name; // "dampening"
 */
export class LossTerm extends StepCallback {
  readonly name: string;
  readonly #penalty: Penalty;
  readonly #strengthAt: (step: number, steps: number) => number;
  readonly #layers: readonly string[] | undefined;
  readonly #strength: tf.Variable;
  #last = 0;
  #added: { losses: (() => tf.Scalar)[]; loss: () => tf.Scalar }[] = [];

  /** @internal */
  constructor(
    name: string,
    penalty: Penalty,
    { strength, schedule = "cosine", layers }: LossTermOptions = {} as LossTermOptions,
  ) {
    super();
    if (!(strength >= 0 && Number.isFinite(strength))) {
      throw new RangeError(
        `invalid strength: ${strength} (expected a number from 0, as in q.qat.${name}({ strength: 0.1 }))`,
      );
    }
    this.name = name;
    this.#penalty = penalty;
    this.#layers = layers;
    this.#strengthAt = ramp(0, strength, schedule);
    this.#strength = tf.tidy(() => tf.variable(tf.scalar(0), false));
  }

  /**
   * The penalty of a prepared model's kernels as they are, without the strength.
   *
   * @throws TypeError for a model without quantized kernels, or an estimator that changes weights before it rounds
   *   them; RangeError for layers that it hasn't
   * @example
   * q.qat.dampening({ strength: 1 }).penalty(qat) > 0; // true
   */
  penalty(model: tf.LayersModel): number {
    const kernels = this.#kernels(model);
    return tf.tidy(
      () => tf.addN(kernels.map((one) => penalize(one, this.#penalty))).dataSync()[0]!,
    );
  }

  override begin(): void {
    this.end();
    for (const kernel of this.#kernels(this.model)) {
      const loss = () => tf.mul<tf.Scalar>(this.#strength, penalize(kernel, this.#penalty));
      const losses = kernel.layer.losses as (() => tf.Scalar)[];
      losses.push(loss);
      this.#added.push({ losses, loss });
    }
  }

  override beforeStep(step: number, steps: number): void {
    const strength = this.#strengthAt(step, steps);
    if (strength === this.#last) return;
    this.#last = strength;
    tf.tidy(() => this.#strength.assign(tf.scalar(strength)));
  }

  /** None: the strength follows from the step. */
  override variables(): tf.Variable[] {
    return [];
  }

  /** Takes the term off the model's loss again; only needed when a `model.fit` was stopped by an error. */
  override end(): void {
    for (const { losses, loss } of this.#added) losses.splice(losses.indexOf(loss), 1);
    this.#added = [];
  }

  #kernels(model: tf.LayersModel): LatentKernel[] {
    const kernels = latentKernels(model);
    const names = [...new Set(kernels.map(({ layer }) => layer.name))];
    const missing = this.#layers?.find((name) => !names.includes(name));
    if (missing !== undefined) {
      throw new RangeError(
        `invalid layers: no quantized kernel in "${missing}" (expected some of ${names.join(", ")})`,
      );
    }
    const chosen = kernels.filter(({ layer }) => this.#layers?.includes(layer.name) ?? true);
    checkDirect(chosen, this.name);
    return chosen;
  }
}
