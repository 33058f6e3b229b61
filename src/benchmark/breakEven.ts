import type { Cost, TrainingCost } from "../analysis/index.js";
import { checkCount, checkOptions, complaint } from "../arguments/index.js";
import type { Benchmark, BenchmarkRow } from "./result.js";

/** Options of {@link Benchmark.breakEven}. */
export interface BreakEvenOptions {
  /** The name of the way whose training is to pay. */
  way: string;
  /** The name of the file or model that the way gave. */
  file: string;
  /** For the energy: the costs of the reference and of the file, and the number of training examples. */
  energy?: BreakEvenEnergy;
}

/** The costs by which the energy of training and inference is estimated. */
export interface BreakEvenEnergy {
  /** The cost of the reference, from `q.analysis.cost`. */
  reference: Cost;
  /** The cost of the quantized model. */
  quantized: Cost;
  /** The number of examples that an epoch trains on. */
  examples: number;
}

/** The number of inferences after which a training has paid. */
export interface BreakEven {
  /** The seconds that the training took. */
  "training (s)": number;
  /** The milliseconds that an inference saves; negative if the file is slower. */
  "saved (ms)": number;
  /** The number of inferences after which the time is saved; `Infinity` if the file isn't faster. */
  inferences: number;
  /** The same by energy, if the costs were passed. */
  energy?: { "training (J)": number; "saved (nJ)": number; inferences: number };
}

/** @internal */
export function breakEvenOf(
  benchmark: Benchmark,
  cost: TrainingCost,
  options: BreakEvenOptions,
): BreakEven {
  checkOptions<BreakEvenOptions>("Benchmark.breakEven", options, {
    way: true,
    file: true,
    energy: true,
  });
  const { way, file, energy } = options;
  const row = found(cost.rows, "way", way);
  const saved =
    fastest(benchmark.rows, benchmark.reference)["median (ms)"] -
    fastest(benchmark.rows, file)["median (ms)"];
  const seconds = row["total (s)"];
  const result: BreakEven = {
    "training (s)": seconds,
    "saved (ms)": saved,
    inferences: inferences(seconds * 1000, saved),
  };
  return energy ? { ...result, energy: energyOf(energy, row.times) } : result;
}

function energyOf(energy: BreakEvenEnergy, epochs: number): NonNullable<BreakEven["energy"]> {
  checkOptions<BreakEvenEnergy>("energy of Benchmark.breakEven", energy, {
    reference: true,
    quantized: true,
    examples: true,
  });
  checkCount("examples", energy.examples);
  const before = inference(energy.reference);
  const saved = before - inference(energy.quantized);
  const arithmetic = energy.reference.total["arithmetic (nJ)"];
  const training = 3 * arithmetic * energy.examples * epochs;
  return {
    "training (J)": training / 1e9,
    "saved (nJ)": saved,
    inferences: inferences(training, saved),
  };
}

function inference({ total }: Cost): number {
  return total["arithmetic (nJ)"] + total["reading (nJ)"];
}

function inferences(spent: number, saved: number): number {
  return saved > 0 ? Math.ceil(spent / saved) : Number.POSITIVE_INFINITY;
}

/** The row of a file with the number of threads that is best for it. */
function fastest(rows: readonly BenchmarkRow[], file: string): BenchmarkRow {
  const [first, ...others] = rows.filter((row) => row.file === file);
  if (!first) return found(rows, "file", file);
  return others.reduce((a, b) => (b["median (ms)"] < a["median (ms)"] ? b : a), first);
}

function found<R extends Record<K, string>, K extends string>(
  rows: readonly R[],
  name: K,
  value: string,
): R {
  const row = rows.find((each) => each[name] === value);
  if (row) return row;
  const expected = `one of ${[...new Set(rows.map((each) => each[name]))].join(", ")}`;
  throw new TypeError(complaint({ name, value, expected }));
}
