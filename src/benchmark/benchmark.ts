import { fileEntry } from "#door/benchmark/files";
import { defaultPython, openLiteRt } from "#door/benchmark/runtimes/liteRt";
import { openOnnx } from "#door/benchmark/runtimes/onnxRuntime";
import { checkCount, checkOptions, complaint } from "../arguments/index.js";
import type { Dataset } from "../datasets/index.js";
import { findHost } from "../display/index.js";
import { tf } from "../tensorflow/index.js";
import type { Contender, Entry } from "./contender.js";
import { type Examples, examplesOf, type LabelledData } from "./examples.js";
import { classesOf, latencies } from "./measure.js";
import { openModel } from "./model.js";
import { Benchmark, rowOf } from "./result.js";

/** Options of {@link benchmark}. */
export interface BenchmarkOptions {
  /** The numbers of threads with which each file is timed. Default `[1, 2]`; models run with one. */
  threads?: number[];
  /** The number of calls that are measured, of each file with each number of threads. Default 200. */
  runs?: number;
  /** The number of calls before those that are measured. Default 20. */
  warmUp?: number;
  /** The name of the file or model with whose predictions the others' are compared. Default: the first one. */
  reference?: string;
  /** The Python that has ai-edge-litert, for `.tflite` files. Default: the environment's `QATLAB_PYTHON`, or `python3`. */
  python?: string;
  /**
   * A signal that stops the work between two turns. Default: the signal of the notebook's cell, which an
   * interrupt sets off.
   */
  signal?: AbortSignal;
}

/** A path of an `.onnx` or `.tflite` file, or a model of this process. */
export type Benchmarked = string | tf.LayersModel;

/**
 * Measures files and models: bytes, the latency of a call (median and 95th percentile), accuracy with its interval,
 * and the predictions that differ from those of a reference. `.onnx` files run in ONNX Runtime, for which npm's
 * optional `onnxruntime-node` is installed; `.tflite` files in LiteRT with its default kernels, for which a Python has
 * `ai-edge-litert`; models in this process, an integer model by our own engine.
 *
 * All files of a runtime are timed in one process, ten calls each in turn, so that a busy machine slows all of
 * them; compare ratios within one benchmark, not milliseconds of two. A call takes one example, or the batch that a
 * file fixes. Intervals are Wilson's, with 95 % confidence.
 *
 * @param files paths in a list, named by their last parts, or paths and models by name
 * @param data examples with classes
 * @throws TypeError if an argument is invalid, or a file takes inputs of another shape; Error if a file or a runtime
 *   isn't there (the message says the command that installs it)
 * @example
 * const measured = await q.benchmark({ float: model, integer: q.convert(qat) }, test, { runs: 20 });
 * measured.rows.map(({ file }) => file); // [ "float", "integer" ]
 */
export async function benchmark(
  files: readonly string[] | Readonly<Record<string, Benchmarked>>,
  data: Dataset | LabelledData,
  options: BenchmarkOptions = {},
): Promise<Benchmark> {
  checkOptions<BenchmarkOptions>("q.benchmark", options, {
    ...{ threads: true, runs: true, warmUp: true, reference: true, python: true, signal: true },
  });
  const { threads = [1, 2], runs = 200, warmUp = 20, python = defaultPython() } = options;
  const { signal = findHost().signal } = options;
  checkCount("runs", runs);
  checkCount("warmUp", warmUp);
  if (!Array.isArray(threads) || threads.length === 0) {
    const expected = "a list of numbers of threads";
    throw new TypeError(
      complaint({ name: "threads", value: threads, expected, example: "{ threads: [1, 2] }" }),
    );
  }
  for (const count of threads) checkCount("threads", count);
  const named = namesOf(files);
  const reference = referenceIn([...named.keys()], options.reference);
  const examples = examplesOf(data);
  const contenders = await openAll(named, { examples, threads, python });
  try {
    const times = await latencies(contenders, examples, { runs, warmUp, signal });
    const classes = new Map<string, Int32Array>();
    for (const contender of contenders) {
      if (classes.has(contender.name)) continue;
      classes.set(contender.name, await classesOf(contender, examples, signal));
    }
    const rows = contenders.map((contender, i) =>
      rowOf(contender, {
        times: times[i]!,
        classes: classes.get(contender.name)!,
        before: classes.get(reference)!,
        labels: examples.labels,
      }),
    );
    return new Benchmark(rows, reference);
  } finally {
    for (const contender of contenders) await contender.close();
  }
}

/** Files and models by name. */
function namesOf(
  files: readonly string[] | Readonly<Record<string, Benchmarked>>,
): Map<string, Benchmarked> {
  const entries: [string, Benchmarked][] = Array.isArray(files)
    ? files.map((file) => [String(file).split(/[/\\]/).at(-1)!, file])
    : Object.entries(files ?? {});
  const named = new Map(entries);
  for (const [name, file] of entries) {
    const fits = typeof file === "string" ? /\.(onnx|tflite)$/.test(file) : isModel(file);
    if (fits) continue;
    const expected = "the path of an .onnx or .tflite file, or a Layers model";
    throw new TypeError(complaint({ name: `file ${name}`, value: file, expected }));
  }
  if (named.size === entries.length && named.size > 0) return named;
  const expected = "at least one file, each with a name of its own";
  const example = '{ before: "old/digits.onnx", after: "new/digits.onnx" }';
  throw new TypeError(complaint({ name: "files", value: [...named.keys()], expected, example }));
}

const isModel = (value: unknown): value is tf.LayersModel => value instanceof tf.LayersModel;

function referenceIn(names: readonly string[], reference = names[0]!): string {
  if (names.includes(reference)) return reference;
  const expected = `one of ${names.join(", ")}`;
  throw new TypeError(complaint({ name: "reference", value: reference, expected }));
}

async function openAll(
  named: ReadonlyMap<string, Benchmarked>,
  { examples, threads, python }: { examples: Examples; threads: number[]; python: string },
): Promise<Contender[]> {
  const { shape } = examples;
  const entries: Entry[] = [...named].flatMap(([name, file]) =>
    typeof file === "string"
      ? threads.map((count) => ({ name, ...fileEntry(file), threads: count, shape }))
      : [],
  );
  const opened: Contender[] = [...named].flatMap(([name, file]) =>
    isModel(file) ? [openModel(name, file, shape)] : [],
  );
  const isLiteRt = ({ path }: Entry) => path.endsWith(".tflite");
  try {
    opened.push(...(await openLiteRt(entries.filter(isLiteRt), python)));
    for (const entry of entries.filter((each) => !isLiteRt(each))) {
      opened.push(await openOnnx(entry));
    }
  } catch (error) {
    for (const contender of opened) await contender.close();
    throw error;
  }
  // The order of the files, whatever their runtimes are.
  const names = [...named.keys()];
  return opened.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}
