import { withModelFolder } from "#door/tensorflow/compile/modelFolder";
import { dtypeOf, nodeBackend, type TensorMetadata } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";
import { TraceGraph } from "./graph.js";
import { type GraphBuilder, messages, type } from "./graphBuilder.js";
import { fuseReluGradients } from "./reluGradient.js";
import { advanced, isCurrent, leave, loaded } from "./residence.js";
import { type SessionOptions, sessionOptions } from "./sessionOptions.js";
import type { Feed, Trace } from "./values.js";

/** @internal A trace as a graph in a session of TensorFlow's: a call of it is one native call. */
export class GraphSession {
  private readonly id: number;
  /** The variables that are read or changed. */
  readonly variables: readonly tf.Variable[];
  private readonly nodes: ReadonlyMap<tf.Variable, { handle: string; read: string }>;
  private readonly feeds: readonly Feed[];
  /** Tensors that are fed in each call. */
  private readonly held: readonly tf.Tensor[];
  /** The tensors that the trace kept alive. */
  private readonly kept: tf.Tensor[];
  private readonly effects: Trace["effects"];
  private readonly inputNames: string;
  private readonly outputNames: string;
  /** The variables that a run changes. */
  readonly changed: readonly tf.Variable[];
  private disposed = false;

  /**
   * @param traced the trace; its tensors belong to the session from now on, and the rest of the trace isn't kept
   */
  constructor(traced: Trace, { rewrite }: { rewrite: boolean }) {
    const trace = rewrite ? fuseReluGradients(traced) : traced;
    const graph = new TraceGraph(trace, undefined, !rewrite);
    const { builder } = graph;
    trace.argumentTypes.forEach((dtype, i) => {
      builder.placeholder(`argument_${i}`, dtype, trace.argumentShapes[i]!);
    });
    const values = trace.outputs.map((id) => graph.value(id));
    const after = graph.assignments().map((node) => `^${node}`);
    const names = values.map((value, i) =>
      builder.add(`output_${i}`, "Identity", i === 0 ? [value, ...after] : [value], [
        type("T", trace.outputTypes[i]!),
      ]),
    );
    for (const variable of graph.variables) addLoading(graph, variable);
    const placeholders = [
      ...trace.argumentTypes.map((_, i) => `argument_${i}`),
      ...graph.feeds.map((_, i) => `feed_${i}`),
      ...graph.held.map((_, i) => `held_${i}`),
    ];
    this.inputNames = placeholders.map((name) => `${name}:0`).join(",");
    this.outputNames = names.map((name) => `${name}:0`).join(",");
    this.variables = graph.variables;
    this.nodes = new Map(
      graph.variables.map((variable) => [
        variable,
        { handle: graph.variable(variable), read: graph.read(variable) },
      ]),
    );
    this.feeds = graph.feeds;
    this.held = graph.held;
    this.kept = trace.held;
    this.effects = trace.effects;
    this.changed = changedBy(trace);
    this.id = load(builder, sessionOptions(trace, { rewrite }));
  }

  /** Runs the graph; the caller owns the tensors of the result. */
  run(args: tf.Tensor[]): tf.Tensor[] {
    const backend = nodeBackend();
    const { binding } = backend;
    this.checkVariables();
    this.load();
    const fed = this.feeds.map(({ read, dtype }) =>
      dtype === "int32"
        ? binding.createTensor([], binding.TF_INT32, Int32Array.of(read()))
        : binding.createTensor([], binding.TF_FLOAT, Float32Array.of(read())),
    );
    try {
      const held = backend.getInputTensorIds(this.held);
      const ids = [...backend.getInputTensorIds(args), ...fed, ...held];
      const results = binding.runSavedModel(this.id, ids, this.inputNames, this.outputNames);
      for (const variable of this.changed) advanced(variable, this);
      for (const effect of this.effects) effect();
      return results.map((result) => backend.createOutputTensor(result));
    } finally {
      for (const id of fed) binding.deleteTensor(id);
    }
  }

  /** The values of the variables that runs change. */
  fetch(): TensorMetadata[] {
    const names = this.changed.map((variable) => `${this.nodes.get(variable)!.read}:0`);
    return nodeBackend().binding.runSavedModel(this.id, [], "", names.join(","));
  }

  /** Frees the session; the variables take their values back. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    leave(this.variables, this);
    nodeBackend().binding.deleteSavedModel(this.id);
    tf.dispose(this.kept);
  }

  private checkVariables(): void {
    const gone = this.variables.find(({ isDisposed }) => isDisposed);
    if (!gone) return;
    this.dispose();
    throw new Error(
      `q.compile: variable "${gone.name}" was disposed, with its model or its optimizer (make a new model, and compile a function of that one)`,
    );
  }

  /** Gives the session the values of variables that were changed outside. */
  private load(): void {
    const stale = this.variables.filter((variable) => !isCurrent(variable, this));
    if (stale.length === 0) return;
    const backend = nodeBackend();
    // TensorFlow prepares anew for each new set of variables, so there are two kinds of sets: one variable, or
    // all.
    const loading = stale.length === 1 ? stale : this.variables;
    const nodes = loading.map((variable) => this.nodes.get(variable)!.handle);
    backend.binding
      .runSavedModel(
        this.id,
        backend.getInputTensorIds(loading),
        nodes.map((node) => `value_${node}:0`).join(","),
        nodes.map((node) => `loaded_${node}:0`).join(","),
      )
      .forEach(({ id }) => {
        backend.binding.deleteTensor(id);
      });
    for (const variable of loading) loaded(variable, this);
  }
}

/** Adds the nodes that give a session the value of a variable: feed `value_…`, fetch `loaded_…`. */
function addLoading(graph: TraceGraph, variable: tf.Variable): void {
  const { builder } = graph;
  const { TF_BOOL } = nodeBackend().binding;
  graph.read(variable);
  const handle = graph.variable(variable);
  const dtype = dtypeOf(variable);
  builder.placeholder(`value_${handle}`, dtype, variable.shape);
  // The value is copied: a fed value may be JavaScript's memory, which other threads must not free.
  builder.add(`copy_${handle}`, "DeepCopy", [`value_${handle}`], [type("T", dtype)]);
  const value = graph.inward(variable, `copy_${handle}`);
  builder.add(`load_${handle}`, "AssignVariableOp", [handle, value], [type("dtype", dtype)]);
  const done = { values: Uint8Array.of(1), shape: [], dtype: TF_BOOL, site: { stack: "" } };
  builder.constant("done", done);
  builder.add(`loaded_${handle}`, "Identity", ["done", `^load_${handle}`], [type("T", TF_BOOL)]);
}

function changedBy({ operations, assignments }: Trace): tf.Variable[] {
  const updated = operations.flatMap(({ inputs }) =>
    inputs.filter((input): input is tf.Variable => typeof input !== "number"),
  );
  return [...new Set([...updated, ...assignments.keys()])];
}

/** Hands a graph to TensorFlow, through a folder that is gone afterwards. */
function load({ graph }: GraphBuilder, { config, runOptions }: SessionOptions): number {
  const pb = messages();
  const info = new pb.MetaGraphDef.MetaInfoDef();
  info.addTags("serve");
  const meta = new pb.MetaGraphDef();
  meta.setMetaInfoDef(info);
  meta.setGraphDef(graph);
  const model = new pb.SavedModel();
  model.setSavedModelSchemaVersion(1);
  model.addMetaGraphs(meta);
  return withModelFolder(model.serializeBinary(), (folder) =>
    nodeBackend().binding.loadSavedModel(folder, "serve", config, runOptions),
  );
}
