import type { Observer } from "../calibration/index.js";
import { shortNumber } from "../display/numbers.js";
import { applyEstimator } from "../estimators/apply.js";
import type { Estimator, EstimatorContext, Parameters, TensorRole } from "../estimators/index.js";
import { rangeFor } from "../estimators/parameters.js";
import { fromLogarithm, logarithmOf } from "../estimators/positive.js";
import type { IntegerFormat, Range, RangeTensors } from "../quantizers/index.js";
import { checkRange, list } from "../quantizers/range.js";
import { tf } from "../tensorflow/index.js";
import { Arrival } from "./arrival.js";
import { type ChannelAxes, channelsIn, channelsLast } from "./channelsLast.js";
import { followRange } from "./followRange.js";

/** Makes a weight of the layer that a quantizer belongs to. */
export type AddWeight = (name: string, shape: number[], trainable: boolean) => tf.LayerVariable;

/** What a {@link TensorQuantizer} is made of. */
export interface TensorQuantizerOptions {
  role: TensorRole;
  format: IntegerFormat;
  estimator: Estimator;
  /** Which axes are channels, counted from the last: those that have scales of their own, per channel. */
  channelAxes?: ChannelAxes;
  /** Of the moving average that follows the values in training; default: the range stays. */
  momentum?: number;
}

/**
 * Quantizes one tensor of a layer: a weight, its output, or a value inside. It keeps the range, or what
 * its estimator learns in its place, as weights of the layer, so that they are saved and trained with it.
 *
 * @example
 * const [kernel] = (qat.getLayer("conv") as q.QuantizedLayer).quantizers;
 * [kernel!.name, kernel!.role, String(kernel!.format)]; // [ "kernel", "weights", "int3 per channel" ]
 */
export class TensorQuantizer {
  /** Of the weight, `"output"`, or of the value inside. */
  readonly name: string;
  readonly role: TensorRole;
  readonly estimator: Estimator;
  readonly channelAxes: ChannelAxes;
  readonly momentum: number | undefined;
  #format: IntegerFormat;
  #fakeQuantizing = true;
  #observing: boolean;
  #key = "";
  #variables: Record<string, tf.LayerVariable> = {};
  #shape: number[] = [];
  #calibrating = false;
  #arrival: Arrival | undefined;

  /** @internal */
  constructor(
    name: string,
    { role, format, estimator, channelAxes = -1, momentum }: TensorQuantizerOptions,
  ) {
    this.name = name;
    this.role = role;
    this.estimator = estimator;
    this.channelAxes = channelAxes;
    // What is learned isn't observed.
    this.momentum = estimator.learned ? undefined : momentum;
    this.#format = format;
    this.#observing = this.momentum !== undefined;
    this.#describe();
  }

  /** @internal Makes the variables. @param shape the weight's; none for activations */
  build(add: AddWeight, shape: readonly number[] = []): void {
    const { learned } = this.estimator;
    const perChannel = this.role === "weights" && this.#format.per === "channel";
    this.#shape = perChannel ? [channelsIn(shape, this.channelAxes)] : [];
    const prefix = this.name.replaceAll(".", "_");
    for (const name of learned?.names ?? ["min", "max"]) {
      const trained = learned !== undefined && !learned.fixed?.includes(name);
      this.#variables[name] = add(`${prefix}_${name}`, this.#shape, trained);
    }
  }

  /** The format; another one keeps the range. Per tensor and per channel can't be exchanged. */
  get format(): IntegerFormat {
    return this.#format;
  }

  set format(format: IntegerFormat) {
    if (format.per !== this.#format.per) {
      throw new TypeError(
        `invalid format: ${format} in place of ${this.#format} (expected one per ${this.#format.per})`,
      );
    }
    this.#format = format;
    this.#describe();
  }

  /** Whether values are rounded. */
  get fakeQuantizing(): boolean {
    return this.#fakeQuantizing;
  }

  set fakeQuantizing(on: boolean) {
    this.#fakeQuantizing = on;
    this.#describe();
  }

  /** Whether the range follows the values in training, by a moving average. */
  get observing(): boolean {
    return this.#observing;
  }

  set observing(on: boolean) {
    this.#observing = on && this.momentum !== undefined;
    this.#describe();
  }

  /** @internal What its part of a step depends on. */
  get traceKey(): string {
    return this.#key;
  }

  /**
   * Rounds a tensor, as its modes say; gradients are the estimator's.
   *
   * @param x float32; a weight as the layer keeps it
   * @param training whether noise is drawn, and an observer follows the values
   * @example
   * const relu = (qat.getLayer("conv_relu") as q.QuantizedLayer).outputQuantizer!;
   * relu.write({ min: 0, max: 1.75 });
   * relu.apply(q.tf.tensor([0.6, 9]), false); // [ 0.5, 1.75 ]
   */
  apply(x: tf.Tensor, training: boolean): tf.Tensor {
    this.#arrival?.take(x);
    if (this.#calibrating) return x;
    if (this.#observing && training) this.#follow(x);
    if (!this.#fakeQuantizing) return x;
    const { arranged, restore } = this.#arrange(x);
    const parameters = this.parameters();
    return restore(applyEstimator(this.estimator, arranged, parameters, this.#context(training)));
  }

  /** @internal What the estimator computes with: `min` and `max`, or what it learns. */
  parameters(): Parameters {
    const positive = this.estimator.learned?.positive ?? [];
    return Object.fromEntries(
      Object.entries(this.#variables).map(([name, variable]) => {
        const value = variable.read();
        return [name, positive.includes(name) ? fromLogarithm(value) : value];
      }),
    );
  }

  /** @internal The range as tensors, in ops that can be part of a compiled step. */
  tensors(): RangeTensors {
    return rangeFor(this.estimator, this.parameters(), this.#context(false));
  }

  /**
   * The range: arrays of one entry, or of one for each channel.
   *
   * @example
   * const [kernel] = (qat.getLayer("conv") as q.QuantizedLayer).quantizers;
   * kernel!.range().max.length; // 8
   */
  range(): { min: Float32Array; max: Float32Array } {
    return tf.tidy(() => {
      const { min, max } = this.tensors();
      return { min: min.dataSync(), max: max.dataSync() } as never;
    });
  }

  /**
   * The lowest and the highest end, of all channels.
   *
   * @example
   * const relu = (qat.getLayer("conv_relu") as q.QuantizedLayer).outputQuantizer!;
   * relu.extent().min; // 0
   */
  extent(): { min: number; max: number } {
    const { min, max } = this.range();
    return { min: Math.min(...min), max: Math.max(...max) };
  }

  /**
   * Sets the range, or what the estimator learns to where it stands for it.
   *
   * @param given `min` and `max`: numbers for all channels, or one for each
   * @param values those of a weight, its channels last; some estimators start from them
   * @throws RangeError for a range that has no grid, or has other channels
   * @example
   * const relu = (qat.getLayer("conv_relu") as q.QuantizedLayer).outputQuantizer!;
   * relu.write({ min: 0, max: 2 });
   * relu.range().max; // Float32Array(1) [ 2 ]
   */
  write(given: Range, values?: ArrayLike<number>): void {
    checkRange(given);
    const range = this.#forChannels(given);
    const { learned } = this.estimator;
    const first = learned?.initialize({ range, values }, this.#context(false));
    tf.tidy(() => {
      for (const [name, variable] of Object.entries(this.#variables)) {
        const start = first?.[name] ?? list(range[name as keyof Range])!;
        const values = learned?.positive.includes(name) ? logarithmOf(start) : start;
        variable.write(tf.tensor(Array.from(values), this.#shape, "float32"));
      }
    });
  }

  /** @internal From here on values pass as they are; activations are kept for {@link observe}. */
  beginCalibration(): void {
    this.#calibrating = true;
    if (this.role === "activations") this.#arrival = new Arrival();
  }

  /** @internal Shows an observer what has come. */
  observe(observer: Observer): void {
    this.#arrival?.showTo(observer);
  }

  /** @internal */
  endCalibration(): void {
    this.#calibrating = false;
    this.#arrival?.dispose();
    this.#arrival = undefined;
  }

  /**
   * In a line: format, range and estimator, and what is off or on.
   *
   * @example
   * String(q.qat.quantizers(qat)[1]).split(",")[0]; // "kernel: int3 per channel" (−2.184 to 1.638, clippedSte)
   */
  toString(): string {
    const built = Object.keys(this.#variables).length > 0;
    const ends = built ? Object.values(this.extent()).map(shortNumber) : [];
    const parts = [
      `${this.name}: ${this.#format}`,
      ...(built ? [ends.join(" to ")] : []),
      this.estimator.name,
      ...(this.#fakeQuantizing ? [] : ["off"]),
      ...(this.#observing ? ["observing"] : []),
    ];
    return parts.join(", ");
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** @internal A weight with its channels last, as {@link weightRange} takes it. */
  channelsLast(x: tf.Tensor): tf.Tensor {
    return channelsLast(x, this.channelAxes).arranged;
  }

  #arrange(x: tf.Tensor) {
    if (this.#shape.length > 0) return channelsLast(x, this.channelAxes);
    return { arranged: x, restore: (y: tf.Tensor) => y };
  }

  #follow(x: tf.Tensor): void {
    const { min, max } = this.#variables;
    const { arranged } = this.#arrange(x);
    followRange({ min: min!, max: max! }, arranged, this.#format, this.momentum!);
  }

  #context(training: boolean): EstimatorContext {
    return { format: this.#format, role: this.role, training };
  }

  /** Two numbers are the range of every channel. */
  #forChannels({ min, max }: Range): Range {
    const channels = this.#shape[0] ?? 1;
    if (typeof min === "number" && typeof max === "number") {
      return { min: Array(channels).fill(min), max: Array(channels).fill(max) };
    }
    const given = list(min)!.length;
    if (given === channels) return { min, max };
    throw new RangeError(
      `invalid range: ${given} channels (expected ${channels}, or numbers for all, as in { min: -1, max: 1 })`,
    );
  }

  #describe(): void {
    const modes = `${this.#fakeQuantizing ? "" : " off"}${this.#observing ? " observing" : ""}`;
    this.#key = `${this.#format}${modes}`;
  }
}
