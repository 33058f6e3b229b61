import { median, quantile } from "d3-array";
import { layerBars, Result, type TrainingCost } from "../analysis/index.js";
import * as plot from "../plot/index.js";
import { proportion } from "../statistics/index.js";
import { type BreakEven, type BreakEvenOptions, breakEvenOf } from "./breakEven.js";
import type { Contender } from "./contender.js";

/** The measurements of a file with a number of threads. */
export type BenchmarkRow = {
  file: string;
  /** The runtime with its version. */
  runtime: string;
  threads: number;
  /** The size of the file, or of a model's weights. */
  bytes: number;
  /** The time of a call; a call takes one example, or the batch that a file fixes. */
  "median (ms)": number;
  "p95 (ms)": number;
  "accuracy (%)": number;
  /** The ends of the accuracy's interval, with 95 % confidence. */
  "low (%)": number;
  "high (%)": number;
  /** The share of predictions that differ from the reference's. */
  "changed (%)": number;
};

/**
 * The measurements of files and models, which show themselves as a figure and a table.
 *
 * @example
 * const measured: q.Benchmark = await q.benchmark({ float: model }, test, { runs: 20 });
 * measured.table.shape; // [ 1, 10 ]
 */
export class Benchmark extends Result<BenchmarkRow> {
  /** The name of the file or model with whose predictions the others' are compared. */
  readonly reference: string;

  /** @internal */
  constructor(rows: readonly BenchmarkRow[], reference: string) {
    super(rows);
    this.reference = reference;
  }

  /** The median latencies, a bar for each file and number of threads. */
  get figure(): plot.Figure {
    const counts = [...new Set(this.rows.map(({ threads }) => threads))];
    const data = counts.map((count, i) => {
      const rows = this.rows.filter(({ threads }) => threads === count);
      return plot.bars(
        rows.map(({ file }) => file),
        rows.map((row) => row["median (ms)"]),
        { name: count === 1 ? "1 thread" : `${count} threads`, color: plot.colorOf("", i) },
      );
    });
    return layerBars({
      title: "The median time of a call",
      data,
      value: { title: "time", unit: "ms", zero: true },
    });
  }

  /**
   * The number of inferences after which a quantized model has paid for its training: the time, or the energy, that the
   * training took, divided by what an inference saves against the reference.
   *
   * The times are those measured here and in the training, on the machines where they were measured. Energies are
   * those of {@link cost}, arithmetic and one reading of the weights, which leave out most of what a
   * processor takes; a training step counts as three forward passes in float32 (the forward pass and two products of the
   * backward pass). Both are estimates of an order of magnitude.
   *
   * @param cost the costs of the ways to the models, from `q.analysis.trainingCost`
   * @param options `way`: the way that was trained; `file`: the file of its model; `energy`: for the energy, the
   *   costs of both models and the number of examples of an epoch
   * @throws TypeError if there is no such way, or no such file
   * @example
   * const training = await q.analysis.trainingCost({ QAT: { model: qat, epochs: 15 } }, train.take(64), { rounds: 1 });
   * const measured = await q.benchmark({ float: model, integer: q.convert(qat) }, test, { runs: 20 });
   * measured.breakEven(training, { way: "QAT", file: "integer" }).inferences > 0; // true
   */
  breakEven(cost: TrainingCost, options: BreakEvenOptions): BreakEven {
    return breakEvenOf(this, cost, options);
  }

  override toString(): string {
    const first = this.rows.find(({ file }) => file === this.reference)!;
    const words = this.rows
      .filter(({ threads }) => threads === first.threads)
      .map((row) => {
        const { file, bytes } = row;
        const times = `${row["median (ms)"].toPrecision(3)} ms and ${row["accuracy (%)"].toFixed(1)} %`;
        if (file === first.file) return `${file} ${times}`;
        const speed = first["median (ms)"] / row["median (ms)"];
        const size = bytes / first.bytes;
        return `${file} ${times} (${speed.toFixed(2)} × as fast, ${size.toFixed(2)} of the bytes, ${row["changed (%)"].toFixed(1)} % of the predictions changed)`;
      });
    return words.join("; ");
  }
}

/** @internal The row of a contender. */
export function rowOf(
  { name, runtime, threads, bytes }: Contender,
  {
    times,
    classes,
    before,
    labels,
  }: { times: number[]; classes: Int32Array; before: Int32Array; labels: Int32Array },
): BenchmarkRow {
  const right = classes.filter((label, i) => label === labels[i]).length;
  const changed = classes.filter((label, i) => label !== before[i]).length;
  const { share, low, high } = proportion(right, labels.length);
  return {
    file: name,
    runtime,
    threads,
    bytes,
    "median (ms)": median(times)!,
    "p95 (ms)": quantile(times, 0.95)!,
    "accuracy (%)": 100 * share,
    "low (%)": 100 * low,
    "high (%)": 100 * high,
    "changed (%)": (100 * changed) / labels.length,
  };
}
