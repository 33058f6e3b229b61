import seedrandom from "seedrandom";
import { FigureResult, type MimeBundle } from "../display/index.js";
import * as plot from "../plot/index.js";
import { tf } from "../tensorflow/index.js";
import { checkObserved } from "./checkObserved.js";
import { type ClipProbe, clipProbe } from "./clips.js";
import { Curve } from "./curve.js";
import { fingerprint } from "./fingerprint.js";
import { Martingale } from "./martingale.js";
import { cheapCount, measure, type Observed, statisticNames } from "./observe.js";
import { type MonitorState, stateVersion } from "./state.js";

/** The first alarm of a monitor. */
export interface Alarm {
  /** The statistic in words. */
  statistic: string;
  /** The number of the example, counted from 1, with which the bound was reached. */
  at: number;
  /** The number of the example with which the change seems to begin. */
  since: number;
  /** The mean of the statistic since then, and in the reference examples. */
  mean: number;
  reference: number;
  /** The evidence (the capital), and the bound that it reached. */
  capital: number;
  bound: number;
  /** All of this in a sentence. */
  reason: string;
}

/**
 * A watch over a model in use, in constant memory. {@link monitor} makes it.
 *
 * @example
 * const monitor: q.Monitor = q.monitor(model, test);
 * monitor.predict(test.xs.slice(0, 8)).shape; // [ 8, 10 ]
 * monitor.seen; // 8
 */
export class Monitor extends FigureResult {
  readonly model: tf.LayersModel;
  readonly #state: MonitorState;
  readonly #names: string[];
  #martingales: Martingale[];
  readonly #random: { (): number; state(): unknown };
  readonly #curve: Curve;
  readonly #values: Float64Array;
  readonly #probe: ClipProbe;
  /** The capital that each statistic must reach to ring: the number of statistics over the stated probability. */
  readonly bound: number;

  /** @internal */
  constructor(model: tf.LayersModel, state: MonitorState) {
    super();
    this.model = model;
    this.#state = state;
    this.#names = statisticNames(state.form);
    this.bound = this.#names.length / state.falseAlarm;
    this.#martingales = state.martingales.map((own) => new Martingale(own));
    this.#random = seedrandom.alea("", { state: state.random as never }) as never;
    this.#curve = new Curve(state.curve.points as [number, ...number[]][], state.curve.stride);
    this.#values = new Float64Array(cheapCount(state.form));
    this.#probe = clipProbe(model);
  }

  /** How many examples were seen. */
  get seen(): number {
    return this.#state.seen;
  }

  /** The first alarm; `undefined` while there was none. */
  get alarm(): Alarm | undefined {
    return this.#state.alarm;
  }

  /** The evidence of each statistic that the stream has changed: its capital, 1 at the beginning. */
  get evidence(): Record<string, number> {
    return Object.fromEntries(this.#names.map((name, i) => [name, this.#martingales[i]!.capital]));
  }

  /** The last thing that went wrong while watching, in words; watching never throws. */
  get problem(): string | undefined {
    return this.#state.problem;
  }

  /**
   * The model's own `predict`, watched. Whatever goes wrong in watching, the prediction is returned.
   *
   * @param xs one or several examples, as `model.predict` takes them
   * @example
   * const monitor = q.monitor(model, test);
   * monitor.predict(test.xs.slice(0, 1)).shape; // [ 1, 10 ]
   */
  predict(xs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const output = this.model.predict(xs) as tf.Tensor;
    this.observe(xs, output);
    return output;
  }

  /**
   * Watches examples with the outputs that the model gave for them. It never throws: a problem is kept in
   * {@link problem}, and these examples are left out.
   *
   * @param xs the examples, as the model takes them
   * @param output the model's output for them
   * @example
   * const monitor = q.monitor(model, test);
   * const xs = test.xs.slice(0, 8);
   * monitor.observe(xs, model.predict(xs) as q.tf.Tensor);
   * monitor.seen; // 8
   */
  observe(xs: tf.Tensor | readonly tf.Tensor[], output: tf.Tensor): void {
    try {
      const inputs = (Array.isArray(xs) ? xs : [xs]) as tf.Tensor[];
      const size = inputs[0]!.shape[0]!;
      checkObserved(this.model, inputs, output);
      const observed = {
        inputs: inputs.map((input) => input.dataSync() as Float32Array),
        output: output.dataSync() as Float32Array,
        size,
      };
      this.#see(observed, inputs);
    } catch (error) {
      this.#state.problem = error instanceof Error ? error.message : String(error);
    }
  }

  /**
   * Forgets the alarm and the evidence, say after the model was mended; the reference examples stay.
   *
   * @example
   * const monitor = q.monitor(model, test);
   * monitor.reset();
   * monitor.seen; // 0
   */
  reset(): void {
    Object.assign(this.#state, { seen: 0, alarm: undefined, problem: undefined });
    this.#martingales = this.#state.first.map((own) => new Martingale(own));
    this.#curve.points.length = 0;
  }

  /**
   * The state as a text, from which {@link restoreMonitor} goes on with the same numbers.
   *
   * @example
   * const saved = q.monitor(model, test).save();
   * q.restoreMonitor(model, saved).seen; // 0
   */
  save(): string {
    const { points, stride } = this.#curve;
    const random = this.#random.state();
    const martingales = this.#martingales.map(({ state }) => state);
    return JSON.stringify({ ...this.#state, random, martingales, curve: { points, stride } });
  }

  /** The evidence over time, on a logarithmic axis, with its bound: the statistics with the most evidence. */
  get figure(): plot.Figure {
    const { points } = this.#curve;
    const order = [...this.#names.keys()].sort(
      (a, b) => this.#martingales[b]!.capital - this.#martingales[a]!.capital,
    );
    const shown = order.slice(0, 3);
    const last = Math.max(this.seen, 1);
    const lines = shown.map((i, k) =>
      plot.line(
        points.map(([at]) => at),
        points.map((point) => Number(point[i + 1])),
        { name: this.#names[i]!.replace(/^the /, ""), color: plot.colorOf("", k) },
      ),
    );
    const bound = Math.log10(this.bound);
    const level = plot.line([1, last], [bound, bound], {
      name: "bound",
      color: plot.colors.float,
      dash: "dash",
    });
    return new plot.Figure({
      title: this.alarm ? `Alarm with example ${this.alarm.at}` : "No alarm",
      data: [...lines, level],
      x: "examples",
      y: `evidence, powers of 10`,
    });
  }

  override below(): MimeBundle {
    return { "text/plain": this.toString() };
  }

  /**
   * The state of the watch in a sentence.
   *
   * @example
   * String(q.monitor(model, test)); // "no alarm in 0 examples, of 15 statistics"
   */
  override toString(): string {
    if (this.alarm) return this.alarm.reason;
    return `no alarm in ${this.seen} examples, of ${this.#names.length} statistics`;
  }

  #see(observed: Observed, inputs: readonly tf.Tensor[]): void {
    const { form } = this.#state;
    const values = this.#values;
    const cheap = values.length;
    const rates = form.clipped.length > 0 ? this.#ratesOf(observed, inputs) : undefined;
    for (let example = 0; example < observed.size; example++) {
      const at = ++this.#state.seen;
      measure(form, observed, example, values);
      // A statistic's p-values need ties that are broken independently of each other; those of other statistics don't matter.
      const chance = this.#random();
      for (let i = 0; i < cheap; i++) this.#take(i, values[i]!, chance, at);
      const clipped = rates?.get(example);
      if (clipped && values[0] === 0) {
        for (let i = 0; i < clipped.length; i++) this.#take(cheap + i, clipped[i]!, chance, at);
      }
      if (this.#curve.takes(at)) {
        this.#curve.add(
          at,
          this.#martingales.map(({ capital }) => round(Math.log10(capital))),
        );
      }
    }
  }

  /** The clip rates of each example whose turn it is. */
  #ratesOf({ size, inputs: values }: Observed, inputs: readonly tf.Tensor[]) {
    const { clipEvery, seen } = this.#state;
    const due: number[] = [];
    for (let i = clipEvery - 1 - (seen % clipEvery); i < size; i += clipEvery) due.push(i);
    if (due.length === 0) return undefined;
    const some = inputs.map((input, i) => selected(input, values[i]!, due));
    const rates = this.#probe.rates(some);
    tf.dispose(some);
    return new Map(due.map((example, i) => [example, rates[i]!]));
  }

  #take(i: number, value: number, chance: number, at: number): void {
    if (Number.isNaN(value)) return;
    const martingale = this.#martingales[i]!;
    martingale.see(value, chance, at);
    if (martingale.capital < this.bound || this.#state.alarm) return;
    const { since, mean } = martingale.rise;
    const [statistic, reference] = [this.#names[i]!, this.#state.means[i]!];
    const { capital } = martingale;
    const reason = `${statistic} is ${short(mean)} since example ${since}, ${short(reference)} in the reference: its evidence reached ${short(capital)} with example ${at}, above the bound ${short(this.bound)}`;
    this.#state.alarm = {
      statistic,
      at,
      since,
      mean,
      reference,
      capital,
      bound: this.bound,
      reason,
    };
  }
}

/** @internal The state of a new monitor's model, and its version. */
export function identityOf(model: tf.LayersModel) {
  return { version: stateVersion, model: fingerprint(model) };
}

/** Some of many examples, out of the values that were read already: this needs no call of TensorFlow's. */
function selected(
  { shape, dtype, size }: tf.Tensor,
  values: Float32Array,
  examples: readonly number[],
): tf.Tensor {
  const each = size / shape[0]!;
  const own =
    dtype === "float32"
      ? new Float32Array(examples.length * each)
      : new Int32Array(examples.length * each);
  examples.forEach((example, i) => {
    own.set(values.subarray(example * each, (example + 1) * each), i * each);
  });
  return tf.tensor(own, [examples.length, ...shape.slice(1)], dtype);
}

function round(value: number): number {
  return Math.round(1000 * value) / 1000;
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}
