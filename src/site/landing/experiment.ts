import { type Dataset, digits } from "../../datasets/index.js";
import { depthwiseCnn } from "../../models/index.js";
import { prepare } from "../../quantized/index.js";
import { int, scheme, uint } from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import { accuracy, fit as trainOn } from "../../train/index.js";
import type { Bits, Judged, Phase, Report } from "./messages.js";

/** How many examples the page shows. */
const shownExamples = 40;
const batchSize = 64;
const epochs = { float: 16, qat: 20 } as const;
/** The rate 0.02 recovered more than 0.005 and 0.01 with each of three other seeds (11, 12, 13). */
const learningRates = { float: 0.01, qat: 0.02 } as const;

/** @internal The landing page's experiment: a float network, and what bits and training make of it. */
export class Experiment {
  readonly #tell: (report: Report) => void;
  #data: { train: Dataset; test: Dataset } | undefined;
  #float: tf.LayersModel | undefined;
  #quantized: tf.LayersModel | undefined;

  constructor(tell: (report: Report) => void) {
    this.#tell = tell;
  }

  /** Trains the float network from its beginning. */
  async train(signal: AbortSignal): Promise<void> {
    this.#data ??= await this.#load();
    this.#float?.dispose();
    this.#float = depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
    await this.#fit(this.#float, "float", signal);
  }

  /** Rounds the float network, without training: the ranges are those of 256 training examples. */
  async quantize({ weights, activations }: Bits): Promise<void> {
    const { train } = this.#data!;
    this.#quantized?.dispose();
    this.#quantized = undefined;
    if (weights >= 32 && activations >= 32) return this.#judge(this.#float!, "float");
    const formats = scheme({
      ...(weights < 32 && { weights: int(weights, { per: "channel" }) }),
      ...(activations < 32 && { activations: uint(activations) }),
    });
    const calibration = train.take(256);
    this.#quantized = await prepare(this.#float!, formats, {
      calibration,
      method: "mse",
      estimator: "lsq",
    });
    calibration.dispose();
    this.#judge(this.#quantized, "ptq");
  }

  /** Trains on with rounding in the network. */
  async recover(signal: AbortSignal): Promise<void> {
    if (this.#quantized) await this.#fit(this.#quantized, "qat", signal);
  }

  async #load(): Promise<{ train: Dataset; test: Dataset }> {
    const data = await digits();
    const few = data.test.take(shownExamples);
    const pixels = few.xs.dataSync() as Float32Array;
    const labels = Array.from(few.ys.dataSync());
    this.#tell({ type: "ready", pixels: pixels.slice(), labels });
    few.dispose();
    return data;
  }

  async #fit(model: tf.LayersModel, phase: "float" | "qat", signal: AbortSignal): Promise<void> {
    const { train } = this.#data!;
    const of = epochs[phase];
    const steps = Math.ceil(train.size / batchSize);
    let step = 0;
    this.#judge(model, phase, { done: 0, of });
    await trainOn(model, train, {
      epochs: of,
      batchSize,
      learningRate: learningRates[phase],
      seed: 1,
      progress: false,
      compile: false,
      signal,
      callbacks: {
        onBatchEnd: () => this.#tell({ type: "step", phase, done: ++step, of: of * steps }),
        onEpochEnd: (epoch) => this.#judge(model, phase, { done: epoch + 1, of }),
      },
    });
  }

  #judge(model: tf.LayersModel, phase: Phase, { done, of } = { done: 0, of: 0 }): void {
    this.#tell({ type: "judged", phase, done, of, ...this.#judgement(model) });
  }

  #judgement(model: tf.LayersModel): Judged {
    const { test } = this.#data!;
    const few = test.take(shownExamples);
    const scores = model.predict(few.xs) as tf.Tensor;
    const best = scores.argMax(-1);
    const classes = Array.from(best.dataSync());
    for (const value of [scores, best]) value.dispose();
    few.dispose();
    return { accuracy: accuracy(model, test), classes };
  }
}
