import { type Binding, nodeBackend } from "../loading/nodeBackend.js";
import { isNative } from "../tf.js";

/** How often something was done, and the milliseconds that it took. */
export interface Tally {
  count: number;
  ms: number;
}

/** @internal The calls of TensorFlow's binding that one call of a function made, and the time that they took. */
export interface Measurement {
  /** Wall time of the call, in milliseconds. */
  total: number;
  /** TensorFlow's ops by their names. */
  ops: Map<string, Tally>;
  /** Runs of a graph. */
  graphs: Tally;
  /** Copies of values to TensorFlow or back, and releases of memory. */
  transfers: Tally;
  /** The tensors that a graph was asked for last, as in `loss:0,weights:0`. */
  fetched: string;
}

type Watched = "executeOp" | "runSavedModel" | "createTensor" | "tensorDataSync" | "deleteTensor";

/**
 * @internal
 * Calls a function with a clock between TensorFlow.js and TensorFlow's binding. The clock itself takes
 * less than 0.2 µs a native call.
 */
export function measure(run: () => void): Measurement {
  const result: Measurement = {
    total: 0,
    ops: new Map(),
    graphs: { count: 0, ms: 0 },
    transfers: { count: 0, ms: 0 },
    fetched: "",
  };
  const remove = isNative ? install(result) : () => {};
  const start = performance.now();
  try {
    run();
    result.total = performance.now() - start;
  } finally {
    remove();
  }
  return result;
}

function install(result: Measurement): () => void {
  const backend = nodeBackend();
  const { binding } = backend;
  const timed = <K extends Watched>(method: K, tallyOf: (...call: never[]) => Tally) => ({
    value: (...call: never[]) => {
      const tally = tallyOf(...call);
      const start = performance.now();
      const output = (binding[method] as (...call: never[]) => unknown)(...call);
      tally.ms += performance.now() - start;
      tally.count++;
      return output;
    },
  });
  const transfer = () => result.transfers;
  backend.binding = Object.create(binding, {
    executeOp: timed("executeOp", (name: string) => tallyOf(result.ops, name)),
    runSavedModel: timed("runSavedModel", (_, __, ___, outputs: string) => {
      result.fetched = outputs;
      return result.graphs;
    }),
    createTensor: timed("createTensor", transfer),
    tensorDataSync: timed("tensorDataSync", transfer),
    deleteTensor: timed("deleteTensor", transfer),
  }) as Binding;
  return () => {
    backend.binding = binding;
  };
}

function tallyOf(ops: Map<string, Tally>, name: string): Tally {
  const earlier = ops.get(name);
  if (earlier) return earlier;
  const tally = { count: 0, ms: 0 };
  ops.set(name, tally);
  return tally;
}
