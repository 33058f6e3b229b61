import { checkNumber, checkOptions, isMeant } from "../../arguments/index.js";
import { tf } from "../../tensorflow/index.js";
import { StepCallback } from "../../train/index.js";
import { checkDirect, type LatentKernel, latentKernels } from "../oscillation/latentKernels.js";
import { type Penalty, penalize } from "./penalty.js";
import { type Ramp, rampOf } from "./ramp.js";

/** Options of the loss terms {@link dampening}, {@link binRegularization} and {@link sine}. */
export interface LossTermOptions {
  /** The factor of the penalty at the end of the training. */
  strength: number;
  /** How the strength rises from 0. Default `"cosine"`. */
  ramp?: Ramp;
  /**
   * The layers whose kernels are penalized, by names or patterns such as `"block_*"`. Default: all quantized
   * layers.
   */
  layers?: readonly string[];
}

/**
 * A callback that adds a term to the loss of a prepared model while the model trains, in `q.fit` and in
 * `model.fit`.
 *
 * @example
 * const term = q.qat.dampening({ strength: 0.1 });
 * await q.fit(qat, train, { epochs: 3, callbacks: term });
 * term.name; // "dampening"
 */
export class LossTerm extends StepCallback {
  /** @internal */
  static readonly className = "LossTerm";

  readonly name: string;
  readonly #penalty: Penalty;
  readonly #strengthAt: (step: number, steps: number) => number;
  readonly #layers: readonly string[] | undefined;
  /** The strength of the next step, while the term is part of a loss. */
  #strength: tf.Variable | undefined;
  #last = 0;
  #added: { losses: (() => tf.Scalar)[]; loss: () => tf.Scalar }[] = [];

  /** @internal */
  constructor(name: string, penalty: Penalty, options: LossTermOptions = {} as LossTermOptions) {
    super();
    checkOptions<LossTermOptions>(`q.qat.${name}`, options, {
      strength: true,
      ramp: true,
      layers: true,
    });
    const { strength, ramp = "cosine", layers } = options;
    checkNumber("strength", strength, { from: 0, example: `q.qat.${name}({ strength: 0.1 })` });
    this.name = name;
    this.#penalty = penalty;
    this.#layers = layers;
    this.#strengthAt = rampOf(0, strength, ramp);
  }

  /**
   * The penalty of a prepared model's current kernels, without the strength.
   *
   * @throws TypeError if the model has no quantized kernels, or its estimator changes weights before it rounds
   *   them; RangeError if a layer isn't in the model
   * @example
   * q.qat.dampening({ strength: 1 }).penalty(qat) > 0; // true
   */
  penalty(model: tf.LayersModel): number {
    const kernels = this.#kernels(model);
    return tf.tidy(
      () => tf.addN(kernels.map((kernel) => penalize(kernel, this.#penalty))).dataSync()[0]!,
    );
  }

  override begin(): void {
    this.end();
    const strength = tf.tidy(() => tf.variable(tf.scalar(0), false));
    this.#strength = strength;
    this.#last = 0;
    for (const kernel of this.#kernels(this.model)) {
      const loss = () => tf.mul<tf.Scalar>(strength, penalize(kernel, this.#penalty));
      const losses = kernel.layer.losses as (() => tf.Scalar)[];
      losses.push(loss);
      this.#added.push({ losses, loss });
    }
  }

  override beforeStep(step: number, steps: number): void {
    const strength = this.#strengthAt(step, steps);
    if (strength === this.#last) return;
    this.#last = strength;
    tf.tidy(() => this.#strength?.assign(tf.scalar(strength)));
  }

  /** The term has no variables to save, since the strength follows from the step. */
  override variables(): tf.Variable[] {
    return [];
  }

  /** Removes the term from the model's loss; needed only if a `model.fit` was stopped by an error. */
  override end(): void {
    for (const { losses, loss } of this.#added) losses.splice(losses.indexOf(loss), 1);
    this.#added = [];
    this.#strength?.dispose();
    this.#strength = undefined;
  }

  #kernels(model: tf.LayersModel): LatentKernel[] {
    const kernels = latentKernels(model);
    const names = [...new Set(kernels.map(({ layer }) => layer.name))];
    const missing = this.#layers?.find((pattern) => !names.some((name) => isMeant(pattern, name)));
    if (missing !== undefined) {
      throw new RangeError(
        `invalid layers: no quantized kernel in "${missing}" (expected some of ${names.join(", ")})`,
      );
    }
    const chosen = kernels.filter(
      ({ layer }) => this.#layers?.some((pattern) => isMeant(pattern, layer.name)) ?? true,
    );
    checkDirect(chosen, this.name);
    return chosen;
  }
}
