import type {
  Estimator,
  EstimatorContext,
  EstimatorParameters,
  TensorRole,
} from "../estimators/index.js";
import {
  applyEstimator,
  fromLogarithm,
  gridFor,
  logarithmOf,
  withPass,
} from "../estimators/index.js";
import { type ChannelAxes, channelsIn, channelsLast } from "../layers/index.js";
import type { Arrangement, Grid, IntegerFormat, ValueRange } from "../quantizers/index.js";
import { checkRange, list } from "../quantizers/index.js";
import { extent } from "../statistics/index.js";
import { type StateRounding, tf } from "../tensorflow/index.js";
import { followRange } from "./followRange.js";
import { isOfOneOp, rangeForChannels } from "./quantizerRange.js";
import { textOf } from "./quantizerText.js";
import type { TensorQuantizerOptions } from "./tensorQuantizerOptions.js";

/** Makes a weight of the layer that a quantizer belongs to. */
export type AddWeight = (name: string, shape: number[], trainable: boolean) => tf.LayerVariable;

/**
 * Quantizes one tensor of a layer: a weight, its output, or a value inside. The quantizer keeps the range, or
 * the parameters that its estimator learns in place of the range, as weights of the layer, so that they are
 * saved and trained with the layer.
 *
 * @example
 * const [kernel] = (qat.getLayer("conv") as q.QuantizedLayer).quantizers;
 * [kernel!.name, kernel!.role, String(kernel!.format)]; // [ "kernel", "weights", "int3 per channel" ]
 */
export class TensorQuantizer {
  /** The name of the weight or of the value inside the layer, or `"output"`. */
  readonly name: string;
  readonly role: TensorRole;
  readonly estimator: Estimator;
  readonly channelAxes: ChannelAxes;
  readonly momentum: number | undefined;
  /** @internal The estimator that passes gradients in place of the quantizer's own, for an attack. */
  passes: Estimator | undefined;
  /** @internal Is shown the values before they are rounded, without changing them. */
  spy: ((x: tf.Tensor) => void) | undefined;
  #format: IntegerFormat;
  #fakeQuantizing = true;
  #withoutRange = false;
  #observing: boolean;
  #key = "";
  #variables: Record<string, tf.LayerVariable> = {};
  #shape: number[] = [];
  #watch: ((x: tf.Tensor) => void) | undefined;

  /** @internal */
  constructor(
    name: string,
    { role, format, estimator, channelAxes = -1, momentum }: TensorQuantizerOptions,
  ) {
    this.name = name;
    this.role = role;
    this.estimator = estimator;
    this.channelAxes = channelAxes;
    // A range that an estimator learns isn't observed.
    this.momentum = estimator.learned ? undefined : momentum;
    this.#format = format;
    this.#observing = this.momentum !== undefined;
    this.#describe();
  }

  /** @internal Makes the variables. @param shape the shape of the weight; empty for activations */
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

  /**
   * The format; a new format keeps the range. A format per tensor can't replace one per channel, or the other
   * way round.
   */
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

  /** Whether calibration found no range, since all values were 0; the values then pass as they are. */
  get withoutRange(): boolean {
    return this.#withoutRange;
  }

  set withoutRange(is: boolean) {
    this.#withoutRange = is;
    this.#describe();
  }

  /** @internal Whether values leave the quantizer rounded. */
  get rounds(): boolean {
    return this.#fakeQuantizing && !this.#withoutRange && !this.#watch;
  }

  /** Whether the range follows the values in training, by a moving average. */
  get observing(): boolean {
    return this.#observing;
  }

  set observing(on: boolean) {
    this.#observing = on && this.momentum !== undefined;
    this.#describe();
  }

  /**
   * @internal
   * The present format and modes, on which the quantizer's part of a compiled step depends, as a text.
   */
  get traceKey(): string {
    return this.#key;
  }

  /**
   * Rounds a tensor, as the quantizer's modes say; gradients are the estimator's.
   *
   * @param values numbers, int32 ones become float32; a weight as the layer keeps it
   * @param training whether noise is drawn, and an observer follows the values
   * @example
   * const relu = (qat.getLayer("conv_relu") as q.QuantizedLayer).outputQuantizer!;
   * relu.write({ min: 0, max: 1.75 });
   * relu.apply(q.tf.tensor([0.6, 9]), false); // [ 0.5, 1.75 ]
   */
  apply(values: tf.Tensor, training: boolean): tf.Tensor {
    const x = values.dtype === "float32" ? values : values.toFloat();
    this.spy?.(x);
    if (this.#watch) {
      this.#watch(x);
      return x;
    }
    if (this.#observing && training) this.#follow(x);
    if (!this.rounds) return x;
    const context = this.#context(training);
    const estimator = withPass(this.estimator, this.passes);
    return applyEstimator(estimator, x, this.parameters(), context, (x) => this.inRows(x));
  }

  /** @internal The rounding that an op of the library's own may do instead, if the quantizer does no more than that. */
  rounding(training: boolean): StateRounding | undefined {
    const estimator = withPass(this.estimator, this.passes);
    const apart = this.spy !== undefined || (this.#observing && training);
    if (!this.rounds || apart || !isOfOneOp(estimator, this.#format)) return undefined;
    const [{ min, max }, { bits, narrowRange }] = [this.parameters(), this.#format];
    return { min: min!, max: max!, bits, narrowRange };
  }

  /** @internal The parameters that the estimator computes with: `min` and `max`, or those that it learns. */
  parameters(): EstimatorParameters {
    const positive = this.estimator.learned?.positive ?? [];
    return Object.fromEntries(
      Object.entries(this.#variables).map(([name, variable]) => {
        const value = variable.read();
        return [name, positive.includes(name) ? fromLogarithm(value) : value];
      }),
    );
  }

  /** @internal The grid of the range, in ops that can be part of a compiled step. */
  grid(): Grid {
    return gridFor(this.estimator, this.parameters(), this.#context(false));
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
      const { min, max } = this.grid();
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
    return { min: extent(min).min, max: extent(max).max };
  }

  /**
   * Sets the range. Where the estimator learns parameters, they get the values that stand for the range.
   *
   * @param range `min` and `max`: numbers for all channels, or one for each
   * @param values the values of a weight, with its channels last; some estimators start from them
   * @throws RangeError if the range has no grid, or another number of channels
   * @example
   * const relu = (qat.getLayer("conv_relu") as q.QuantizedLayer).outputQuantizer!;
   * relu.write({ min: 0, max: 2 });
   * relu.range().max; // Float32Array(1) [ 2 ]
   */
  write(range: ValueRange, values?: ArrayLike<number>): void {
    checkRange(range);
    const ends = rangeForChannels(range, this.#shape[0] ?? 1);
    this.withoutRange = false;
    const { learned } = this.estimator;
    const first = learned?.initialize({ range: ends, values }, this.#context(false));
    tf.tidy(() => {
      for (const [name, variable] of Object.entries(this.#variables)) {
        const start = first?.[name] ?? list(ends[name as keyof ValueRange])!;
        const values = learned?.positive.includes(name) ? logarithmOf(start) : start;
        variable.write(tf.tensor(Array.from(values), this.#shape, "float32"));
      }
    });
  }

  /**
   * @internal
   * Begins a calibration: from here on values pass as they are, and are shown to `watch` as they come.
   */
  beginCalibration(watch: (x: tf.Tensor) => void): void {
    this.#watch = watch;
  }

  /** @internal */
  endCalibration(): void {
    this.#watch = undefined;
  }

  /**
   * The quantizer in a line: format, range and estimator, and the modes that differ from the usual ones.
   *
   * @example
   * String(q.qat.quantizers(qat)[1]).split(",")[0]; // "kernel: int3 per channel" (−2.184 to 1.638, clippedSte)
   */
  toString(): string {
    return textOf(this, Object.keys(this.#variables).length > 0 ? this.extent() : undefined);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** @internal A weight with its channels last, as {@link weightRange} takes it. */
  channelsLast(x: tf.Tensor): tf.Tensor {
    return channelsLast(x, this.channelAxes).rows;
  }

  /** @internal A tensor arranged so that the values that share a scale stand in a column, and the way back. */
  inRows(x: tf.Tensor): Arrangement {
    if (this.#shape.length > 0) return channelsLast(x, this.channelAxes);
    return { rows: x, columns: undefined, restore: (rows) => rows };
  }

  #follow(x: tf.Tensor): void {
    const { min, max } = this.#variables;
    const { rows, columns } = this.inRows(x);
    followRange({ min: min!, max: max! }, { rows, columns }, this.#format, this.momentum!);
  }

  #context(training: boolean): EstimatorContext {
    return { format: this.#format, role: this.role, training };
  }

  #describe(): void {
    const on = this.#fakeQuantizing && !this.#withoutRange;
    const modes = `${on ? "" : " off"}${this.#observing ? " observing" : ""}`;
    this.#key = `${this.#format}${modes}`;
  }
}
