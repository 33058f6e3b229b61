import type { Layer } from "../../graph/index.js";
import type { Operation, Trace } from "../../tensorflow/index.js";
import {
  describe,
  dtypeOf,
  Recorder,
  randomProblems,
  type TypedValues,
  tf,
  withoutKernels,
} from "../../tensorflow/index.js";

const nowhere = { stack: "" };

/** @internal The ops of a model's forward pass. */
export interface Forward {
  trace: Trace;
  /** The layer that each op belongs to, as a path: `encoder/dense`. */
  scopes: Map<Operation, string>;
  /** The shapes of the outputs, with `null` for a free size. */
  outputShapes: (number | null)[][];
}

/**
 * @internal
 * Runs a model once on zeros, in inference, and records its ops.
 *
 * @throws Error if the forward pass isn't a graph, because it reads values, draws random numbers or assigns
 *   variables
 */
export function traceForward(model: tf.LayersModel, inputShapes: number[][]): Forward {
  const inputs = inputShapes.map((shape, i) => tf.zeros(shape, model.inputs[i]!.dtype));
  const recorder = new Recorder();
  const paths: string[] = [];
  let outputShapes: number[][] = [];
  let results: tf.Tensor[] = [];
  try {
    const run = () =>
      tf.tidy(() => [model.apply(inputs, { training: false }) as tf.Tensor | tf.Tensor[]].flat());
    const trace = recorder.record(inputs, () => {
      // Whoever reads the export has TensorFlow's ops, and not the library's own.
      results = withoutKernels(() => withScopes(model, recorder, paths, run));
      outputShapes = results.map(({ shape }) => shape);
      return results;
    });
    embedHeld(trace);
    checkPure(model, trace);
    const scopes = new Map(trace.operations.map((operation, i) => [operation, paths[i] ?? ""]));
    return { trace: withoutUnused(trace), scopes, outputShapes };
  } finally {
    tf.dispose([inputs, results]);
  }
}

/** Notes in `paths`, op by op, the path of the layer that is being called. */
function withScopes<T>(
  model: tf.LayersModel,
  recorder: Recorder,
  paths: string[],
  run: () => T,
): T {
  const stack: string[] = [];
  const note = () => {
    while (paths.length < recorder.count) paths.push(stack.join("/"));
  };
  const restores: (() => void)[] = [];
  for (const layer of allLayers(model)) {
    const { call } = layer;
    const isOwn = Object.hasOwn(layer, "call");
    restores.push(() => {
      if (isOwn) layer.call = call;
      else delete (layer as Partial<Layer>).call;
    });
    layer.call = (...args) => {
      note();
      stack.push(layer.name);
      try {
        return call.apply(layer, args);
      } finally {
        note();
        stack.pop();
      }
    };
  }
  try {
    return run();
  } finally {
    note();
    for (const restore of restores) restore();
  }
}

/** @internal A model's layers, and the layers of models among them. */
export function allLayers(model: tf.LayersModel): Set<Layer> {
  const nested = model.layers.flatMap((layer) =>
    layer instanceof tf.LayersModel ? [...allLayers(layer)] : [],
  );
  return new Set([...model.layers, ...nested]);
}

/** Turns the large tensors that a layer holds beside its weights into constants. */
function embedHeld({ sources, held }: Trace): void {
  for (const [id, source] of sources) {
    if (source.kind !== "held") continue;
    const { tensor } = source;
    const values = tensor.dataSync() as TypedValues;
    const constant = { values, shape: tensor.shape, dtype: dtypeOf(tensor), site: nowhere };
    sources.set(id, { kind: "constant", constant });
  }
  tf.dispose(held);
}

function checkPure(model: tf.LayersModel, trace: Trace): void {
  const [problem] = [...trace.problems, ...randomProblems(trace)];
  const assigned = [...trace.assignments.keys()][0];
  const fed = [...trace.sources.values()].some(({ kind }) => kind === "feed");
  const why = problem
    ? `${problem.event}\n  at ${describe(problem.site)}`
    : assigned
      ? `it assigns variable "${assigned.name}"`
      : fed
        ? "it draws random numbers"
        : undefined;
  if (!why) return;
  throw new Error(
    `model "${model.name}" can't be exported: its forward pass isn't a function of its inputs and weights: ${why}`,
  );
}

/** @internal A trace without the ops that no output needs. */
export function withoutUnused(trace: Trace): Trace {
  const used = new Set<Operation>();
  const use = (id: number | tf.Variable) => {
    const source = typeof id === "number" ? trace.sources.get(id) : undefined;
    if (source?.kind === "operation") used.add(source.operation);
  };
  trace.outputs.forEach(use);
  for (const operation of [...trace.operations].reverse()) {
    if (used.has(operation)) operation.inputs.forEach(use);
  }
  return { ...trace, operations: trace.operations.filter((operation) => used.has(operation)) };
}
