import { withModelFolder } from "#door/tensorflow/compile/modelFolder";
import { dtypeOf, nodeBackend, type TensorMetadata } from "../loading/nodeBackend.js";
import { fuseConvolutions } from "./convolution.js";
import { fuseDepthwise } from "./depthwise.js";
import { TraceGraph } from "./graph.js";
import { type GraphBuilder, type } from "./graphBuilder.js";
import { savedModelMessage } from "./graphMessage.js";
import { fuseReluGradients } from "./reluGradient.js";
import { type SessionOptions, sessionOptions } from "./sessionOptions.js";
import type { Structure } from "./traceStructure.js";
import type { Trace } from "./values.js";

/** @internal The names of a variable's nodes in a graph. */
export interface VariableNodes {
  handle: string;
  read: string;
}

/** A variable of a graph, by its number in the structure. */
interface Numbered {
  number: number;
  nodes: VariableNodes;
}

/**
 * @internal
 * A graph in a session of TensorFlow's. It was made from one trace, and runs for any trace of the same structure: its
 * variables take the values of that trace's.
 */
export class LoadedGraph {
  readonly key: string | undefined;
  /** The size of its variables. */
  readonly bytes: number;
  /** The variables of the structure that the graph has, and the constants that are variables in it. */
  readonly variables: readonly Numbered[];
  readonly parameters: readonly Numbered[];
  /** The feeds and held tensors of the structure that are fed, by their numbers. */
  readonly feeds: readonly number[];
  readonly held: readonly number[];
  private readonly id: number;
  private readonly inputNames: string;
  private readonly outputNames: string;

  constructor(traced: Trace, structure: Structure, { rewrite }: { rewrite: boolean }) {
    const trace = rewrite ? fuseReluGradients(fuseDepthwise(fuseConvolutions(traced))) : traced;
    const { parametric } = structure;
    const graph = new TraceGraph(trace, undefined, { asEager: !rewrite, parametric });
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
    this.variables = graph.variables.map((variable) => {
      const nodes = { handle: graph.variable(variable), read: graph.read(variable) };
      const inward = (value: string) => graph.inward(variable, value);
      addLoading(builder, nodes.handle, {
        dtype: dtypeOf(variable),
        shape: variable.shape,
        inward,
      });
      return { number: structure.variables.indexOf(variable), nodes };
    });
    this.parameters = graph.parameters.map((constant) => {
      const nodes = graph.parameter(constant);
      addLoading(builder, nodes.handle, constant);
      return { number: structure.parameters.indexOf(constant), nodes };
    });
    this.feeds = graph.feeds.map((feed) => structure.feeds.indexOf(feed));
    this.held = graph.held.map((tensor) => structure.held.indexOf(tensor));
    const placeholders = [
      ...trace.argumentTypes.map((_, i) => `argument_${i}`),
      ...graph.feeds.map((_, i) => `feed_${i}`),
      ...graph.held.map((_, i) => `held_${i}`),
    ];
    this.inputNames = placeholders.map((name) => `${name}:0`).join(",");
    this.outputNames = names.map((name) => `${name}:0`).join(",");
    this.key = structure.key;
    this.bytes = 4 * [...graph.variables, ...graph.parameters].reduce(sizeSum, 0);
    this.id = load(builder, sessionOptions(traced, { rewrite }));
  }

  /** Runs the function, on arguments, feeds and held tensors. */
  run(inputs: number[]): TensorMetadata[] {
    return this.call(inputs, this.inputNames, this.outputNames);
  }

  /** The values of variables. */
  fetch(nodes: readonly VariableNodes[]): TensorMetadata[] {
    return this.call([], "", nodes.map(({ read }) => `${read}:0`).join(","));
  }

  /** Gives variables the values of tensors. */
  assign(nodes: readonly VariableNodes[], values: number[]): void {
    if (nodes.length === 0) return;
    const feeds = nodes.map(({ handle }) => `value_${handle}:0`).join(",");
    const fetches = nodes.map(({ handle }) => `loaded_${handle}:0`).join(",");
    for (const { id } of this.call(values, feeds, fetches)) nodeBackend().binding.deleteTensor(id);
  }

  free(): void {
    nodeBackend().binding.deleteSavedModel(this.id);
  }

  private call(inputs: number[], inputNames: string, outputNames: string): TensorMetadata[] {
    return nodeBackend().binding.runSavedModel(this.id, inputs, inputNames, outputNames);
  }
}

function sizeSum(sum: number, { shape }: { shape: readonly number[] }): number {
  return sum + shape.reduce((product, length) => product * length, 1);
}

/** Adds the nodes that give a session the value of a variable: feed `value_…`, fetch `loaded_…`. */
function addLoading(
  builder: GraphBuilder,
  handle: string,
  {
    dtype,
    shape,
    inward = (value) => value,
  }: { dtype: number; shape: readonly number[]; inward?: (value: string) => string },
): void {
  const { TF_BOOL } = nodeBackend().binding;
  builder.placeholder(`value_${handle}`, dtype, shape);
  // The value is copied: a fed value may be JavaScript's memory, which other threads must not free.
  builder.add(`copy_${handle}`, "DeepCopy", [`value_${handle}`], [type("T", dtype)]);
  const value = inward(`copy_${handle}`);
  builder.add(`load_${handle}`, "AssignVariableOp", [handle, value], [type("dtype", dtype)]);
  const done = { values: Uint8Array.of(1), shape: [], dtype: TF_BOOL, site: { stack: "" } };
  builder.constant("done", done);
  builder.add(`loaded_${handle}`, "Identity", ["done", `^load_${handle}`], [type("T", TF_BOOL)]);
}

/** Hands a graph to TensorFlow, through a folder that is gone afterwards. */
function load(builder: GraphBuilder, { config, runOptions }: SessionOptions): number {
  return withModelFolder(savedModelMessage(builder.finish()), (folder) =>
    nodeBackend().binding.loadSavedModel(folder, "serve", config, runOptions),
  );
}
