import { tf } from "../../tensorflow/index.js";
import { variablesIn } from "../recovery/variables.js";

/**
 * A callback that takes part in each step of a training: a loss term with a schedule, a mask that stays, weights that
 * are watched or frozen. Give it to `q.fit` or `model.fit` among the `callbacks`.
 *
 * `q.fit` makes the tensor ops of {@link StepCallback.afterUpdate} a part of the compiled step; `model.fit`
 * runs them after each batch. State lives in `tf.variable`s that are made before the first step.
 *
 * @example
 * class KeepSmall extends q.StepCallback {
 *   override afterUpdate() {
 *     for (const weight of this.model.trainableWeights) weight.write(weight.read().clipByValue(-0.1, 0.1));
 *   }
 * }
 * const line = q.tf.sequential({ layers: [q.tf.layers.dense({ units: 1, inputShape: [1] })] });
 * const xs = q.tf.linspace(-1, 1, 50);
 * const options = { epochs: 100, callbacks: new KeepSmall(), loss: "meanSquaredError" };
 * await q.fit(line, { xs, ys: xs.mul(3) }, options);
 * line.getWeights()[0]!; // [ 0.100 ]
 */
export abstract class StepCallback extends tf.Callback {
  #driven = false;
  #step = 0;

  /**
   * Called before the first step, when `this.model` is set.
   *
   * @param _steps how many steps there will be; infinite if `model.fitDataset` doesn't know
   * @example
   * class Told extends q.StepCallback {
   *   steps = 0;
   *   override begin(steps: number) { this.steps = steps; }
   * }
   * const told = new Told();
   * await q.fit(qat, train.take(128), { epochs: 3, batchSize: 32, callbacks: told });
   * told.steps; // 12
   */
  begin(_steps: number): void {}

  /**
   * Called before each step, in JavaScript: the place to assign a variable that follows a schedule.
   *
   * @param _step the number of the step, from 0
   * @param _steps how many steps there are
   * @example
   * class Shares extends q.StepCallback {
   *   readonly shares: number[] = [];
   *   override beforeStep(step: number, steps: number) { this.shares.push(step / steps); }
   * }
   * const callback = new Shares();
   * await q.fit(qat, train.take(128), { epochs: 2, callbacks: callback });
   * callback.shares; // [ 0, 0.25, 0.5, 0.75 ]
   */
  beforeStep(_step: number, _steps: number): void {}

  /**
   * Runs after the update of a step, in tensor ops that read nothing back. The tensors that it makes are freed.
   *
   * @example
   * class Count extends q.StepCallback {
   *   readonly count = q.tf.variable(q.tf.scalar(0), false);
   *   override afterUpdate() { this.count.assign(this.count.add(1)); }
   * }
   * const callback = new Count();
   * await q.fit(qat, train, { epochs: 2, callbacks: callback });
   * callback.count; // [ 38 ] (also where the step is compiled)
   */
  afterUpdate(): void {}

  /**
   * The variables that the callback keeps from step to step, always in the same order; a checkpoint holds them.
   * Default: the variables in the callback's properties, but not in private ones (`#name`), which can't be
   * seen.
   *
   * @example
   * class Average extends q.StepCallback {
   *   readonly average = q.tf.variable(q.tf.zeros([10]), false);
   * }
   * new Average().variables().length; // 1
   */
  variables(): tf.Variable[] {
    return variablesIn(this);
  }

  /**
   * Called after the last step; by `q.fit` also when the training was stopped or failed.
   *
   * @example
   * class Ended extends q.StepCallback {
   *   ended = false;
   *   override end() { this.ended = true; }
   * }
   * const callback = new Ended();
   * await q.fit(qat, train.take(64), { epochs: 1, callbacks: callback });
   * callback.ended; // true
   */
  end(): void {}

  /** @internal Lets `q.fit` call the methods above itself, until the result is called. */
  drive(model: tf.LayersModel, steps: number): () => void {
    this.#driven = true;
    this.setModel(model);
    this.begin(steps);
    return () => {
      this.#driven = false;
      this.end();
    };
  }

  override async onTrainBegin(): Promise<void> {
    if (this.#driven) return;
    this.#step = 0;
    this.begin(this.#steps);
  }

  override async onBatchBegin(): Promise<void> {
    if (!this.#driven) this.beforeStep(this.#step, this.#steps);
  }

  override async onBatchEnd(): Promise<void> {
    if (this.#driven) return;
    this.#step++;
    tf.tidy(() => this.afterUpdate());
  }

  override async onTrainEnd(): Promise<void> {
    if (!this.#driven) this.end();
  }

  /** The number of steps that `model.fit` tells callbacks. */
  get #steps(): number {
    const { epochs, samples, batchSize, steps } = this.params as Record<string, number>;
    const perEpoch = steps ?? Math.ceil(samples! / batchSize!);
    return Number.isFinite(perEpoch) ? epochs! * perEpoch : Number.POSITIVE_INFINITY;
  }
}
