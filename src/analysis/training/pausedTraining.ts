import type { tf } from "../../tensorflow/index.js";
import { type FitOptions, type TrainingData, fit as trainModel } from "../../train/index.js";

/** @internal A training that waits before each epoch, so that the epochs of several trainings can take turns. */
export class PausedTraining {
  readonly #finished: Promise<unknown>;
  readonly #stop = new AbortController();
  #waiting = new Deferred<void>();
  #turn = new Deferred<void>();
  #measured = new Deferred<number>();

  /** @param options the options of the training; its `signal` stops the training too */
  constructor(model: tf.LayersModel, data: TrainingData, options: FitOptions) {
    let begin = 0;
    const onEpochBegin = async () => {
      this.#waiting.resolve();
      await this.#turn.promise;
      this.#turn = new Deferred();
      begin = performance.now();
    };
    const onEpochEnd = () => {
      this.#waiting = new Deferred();
      this.#measured.resolve(performance.now() - begin);
    };
    const signals = [this.#stop.signal, ...(options.signal ? [options.signal] : [])];
    const signal = AbortSignal.any(signals);
    const callbacks = { onEpochBegin, onEpochEnd };
    this.#finished = trainModel(model, data, { ...options, callbacks, signal, progress: false });
    // A failure is reported to whoever waits for an epoch.
    this.#finished.catch(() => {});
  }

  /** Trains for an epoch. @returns the milliseconds that the epoch took */
  async epoch(): Promise<number> {
    await Promise.race([this.#waiting.promise, this.#finished]);
    this.#measured = new Deferred();
    this.#turn.resolve();
    return (await Promise.race([this.#measured.promise, this.#finished])) as number;
  }

  /** Stops the training. */
  async end(): Promise<void> {
    this.#stop.abort();
    this.#turn.resolve();
    await this.#finished.catch(() => {});
  }
}

/** A promise that is resolved from outside. */
class Deferred<T> {
  resolve!: (value: T) => void;
  readonly promise = new Promise<T>((resolve) => {
    this.resolve = resolve;
  });
}
