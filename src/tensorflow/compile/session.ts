import { nodeBackend } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";
import { addGraph, returnGraph, takeGraph } from "./graphPool.js";
import { LoadedGraph, type VariableNodes } from "./loadedGraph.js";
import { advanced, isCurrent, leave, loaded } from "./residence.js";
import type { Structure } from "./traceStructure.js";
import type { Constant, Feed, Trace } from "./values.js";

/**
 * @internal
 * A trace as a graph in a session of TensorFlow's: a call of it is one native call. The graph may be one that an
 * earlier model of the same structure had, and has given back.
 */
export class GraphSession {
  private readonly graph: LoadedGraph;
  /** The variables that are read or changed, by their nodes. */
  private readonly nodes: ReadonlyMap<tf.Variable, VariableNodes>;
  private readonly parameters: readonly Constant[];
  private readonly feeds: readonly Feed[];
  /** Tensors that are fed in each call. */
  private readonly held: readonly tf.Tensor[];
  /** The tensors that the trace kept alive. */
  private readonly kept: tf.Tensor[];
  private readonly effects: Trace["effects"];
  /** The variables that a run changes. */
  readonly changed: readonly tf.Variable[];
  /** Whether the graph has this trace's parameters. */
  private begun = false;
  private disposed = false;

  /**
   * @param trace the trace; its tensors belong to the session from now on, and the rest of the trace isn't kept
   * @param structure the trace's structure
   */
  constructor(trace: Trace, structure: Structure, { rewrite }: { rewrite: boolean }) {
    const graph =
      takeGraph(structure.key) ?? addGraph(new LoadedGraph(trace, structure, { rewrite }));
    this.graph = graph;
    this.nodes = new Map(
      graph.variables.map(({ number, nodes }) => [structure.variables[number]!, nodes]),
    );
    this.parameters = graph.parameters.map(({ number }) => structure.parameters[number]!);
    this.feeds = graph.feeds.map((number) => structure.feeds[number]!);
    this.held = graph.held.map((number) => structure.held[number]!);
    this.kept = trace.held;
    this.effects = trace.effects;
    this.changed = changedBy(trace);
  }

  /**
   * Runs the graph; the caller owns the tensors of the result.
   *
   * @param options.again whether the function itself has already run for this call: the session then doesn't repeat
   *   the changes that the function makes in JavaScript, such as an optimizer's count of steps
   */
  run(args: tf.Tensor[], { again = false } = {}): tf.Tensor[] {
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
      const results = this.graph.run(ids);
      for (const variable of this.changed) advanced(variable, this);
      if (!again) for (const effect of this.effects) effect();
      return results.map((result) => backend.createOutputTensor(result));
    } finally {
      for (const id of fed) binding.deleteTensor(id);
    }
  }

  /** Tensors of the values of the variables that runs change. */
  fetch(): tf.Tensor[] {
    const values = this.graph.fetch(this.changed.map((variable) => this.nodes.get(variable)!));
    return values.map((value) => nodeBackend().createOutputTensor(value));
  }

  /** Frees the graph for another model; the variables take their values back. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    leave(this.nodes.keys(), this);
    returnGraph(this.graph);
    tf.dispose(this.kept);
  }

  private checkVariables(): void {
    for (const { isDisposed, name } of this.nodes.keys()) {
      if (!isDisposed) continue;
      this.dispose();
      throw new Error(
        `q.compile: variable "${name}" was disposed, with its model or its optimizer (make a new model, and compile a function of that one)`,
      );
    }
  }

  /** Gives the graph the values of variables that were changed outside. */
  private load(): void {
    const variables = [...this.nodes.keys()];
    const stale = variables.filter((variable) => !isCurrent(variable, this));
    if (this.begun && stale.length === 0) return;
    const backend = nodeBackend();
    // TensorFlow prepares anew for each new set of variables, so there are two kinds of sets: one variable, or
    // all, and the parameters with them.
    const one = this.begun && stale.length === 1;
    const loading = one ? stale : variables;
    const parameters = one ? [] : this.parameters.map(upload);
    try {
      this.graph.assign(
        [
          ...loading.map((variable) => this.nodes.get(variable)!),
          ...(one ? [] : this.graph.parameters.map(({ nodes }) => nodes)),
        ],
        [...backend.getInputTensorIds(loading), ...parameters],
      );
    } finally {
      for (const id of parameters) backend.binding.deleteTensor(id);
    }
    this.begun = true;
    for (const variable of loading) loaded(variable, this);
  }
}

function upload({ shape, dtype, values }: Constant): number {
  return nodeBackend().binding.createTensor(shape, dtype, values);
}

function changedBy({ operations, assignments }: Trace): tf.Variable[] {
  const updated = operations.flatMap(({ inputs }) =>
    inputs.filter((input): input is tf.Variable => typeof input !== "number"),
  );
  return [...new Set([...updated, ...assignments.keys()])];
}
