import type { DataFrame } from "danfojs-node";
import { FigureResult, html, type MimeBundle, shortNumber } from "../display/index.js";
import type { Figure } from "../plot/index.js";
import { dataFrame } from "../report/index.js";
import { shortMs, timesFigure } from "./figure.js";
import { timesTable } from "./table.js";
import type { Timing } from "./timing.js";

/** How many times faster a compiled step is. */
export interface Speedup {
  value: number;
  /**
   * The lower end: the eager step's lower quartile divided by the compiled step's upper quartile. `high`
   * divides the eager step's upper quartile by the compiled step's lower one.
   */
  low: number;
  high: number;
}

/** The graph of a compiled step. */
export interface CompiledGraph {
  /**
   * The time of the calls that traced the step, made the graph and first ran it, in milliseconds.
   */
  build: number;
  /** How many calls `build` counts. */
  calls: number;
  /** The number of the graph's nodes by op, as traced; TensorFlow may rewrite the graph. */
  nodes: ReadonlyMap<string, number>;
}

/** @internal The measurements that a {@link Profile} shows. */
export interface Measured {
  eager: Timing;
  compiled?: Timing;
  graph?: CompiledGraph;
  reason?: string;
}

/**
 * Where the time of a step goes, from {@link profile}: shows itself as a figure and a table.
 *
 * All times are milliseconds.
 *
 * @example
 * const x = q.tf.tensor([1, 2]);
 * const { eager, graph } = await q.profile(() => x.add(1).mul(2), [], { calls: 3 });
 * [...eager.ops.keys()]; // [ "Add", "Mul" ]
 * graph!.nodes.get("Const"); // 2 (the numbers 1 and 2; x is a variable of the graph)
 */
export class Profile extends FigureResult {
  /** The step as it was written: op after op. */
  readonly eager: Timing;
  /** The step as one graph; `undefined` if the step can't become a graph. */
  readonly compiled: Timing | undefined;
  readonly graph: CompiledGraph | undefined;
  /** Why there is no compiled step; empty when there is one. */
  readonly reason: string;

  /** @internal */
  constructor({ eager, compiled, graph, reason = "" }: Measured) {
    super();
    this.eager = eager;
    this.compiled = compiled;
    this.graph = graph;
    this.reason = reason;
  }

  /** How many times faster the compiled step is; `undefined` if there is no compiled step. */
  get speedup(): Speedup | undefined {
    const { eager, compiled } = this;
    if (!compiled) return undefined;
    return {
      value: eager.total / compiled.total,
      low: eager.low / compiled.high,
      high: eager.high / compiled.low,
    };
  }

  /**
   * The eager step's ops, the longest first: `op`, `eager calls`, `eager ms`, `share %` (of the time in
   * all ops), `graph nodes` (in the compiled step). A time includes handing the op over to TensorFlow.
   * TensorFlow doesn't say what each op takes inside a graph.
   *
   * @throws Error if the backend has no native ops to count, or if the step ran no native op
   */
  get ops(): DataFrame {
    const { ops, native } = this.eager;
    if (ops.size === 0) {
      throw new Error(`there are no ops to list: ${this.reason || "the step ran none"}`);
    }
    const nodes = this.graph?.nodes ?? new Map<string, number>();
    const names = [...new Set([...ops.keys(), ...nodes.keys()])];
    const rows = names.map((op) => {
      const { count, ms } = ops.get(op) ?? { count: 0, ms: 0 };
      return {
        op,
        "eager calls": count,
        "eager ms": ms,
        "share %": (100 * ms) / native.ms,
        "graph nodes": nodes.get(op) ?? 0,
      };
    });
    return dataFrame(rows.sort((a, b) => b["eager ms"] - a["eager ms"]));
  }

  /**
   * A row for the eager step and one for the compiled: `native calls`; `native ms`, `memory ms`,
   * `JavaScript ms` and their sum `total ms` with its quartiles `low ms` and `high ms`; `speed-up` with its
   * `low` and `high`; `build ms` and `graph nodes`.
   */
  get summary(): DataFrame {
    const { eager, compiled, graph } = this;
    const none = { value: 1, low: 1, high: 1 };
    const rows = [row("eager", eager, none, undefined)];
    if (compiled) rows.push(row("compiled", compiled, this.speedup!, graph));
    return dataFrame(rows);
  }

  /** A stacked bar for the eager step and one for the compiled. */
  override get figure(): Figure {
    return timesFigure(this.ways, this.verdict);
  }

  /** @internal The table with the verdict below it, as HTML and as text. */
  override below(): MimeBundle {
    const shown = timesTable(this.ways);
    return {
      "text/html": `${shown["text/html"]}${html`<p style="white-space:pre-line">${this.verdict}</p>`}`,
      "text/plain": `${shown["text/plain"]}\n${this.verdict}`,
    };
  }

  private get ways(): Record<string, Timing> {
    const { eager, compiled } = this;
    return { eager, ...(compiled && { compiled }) };
  }

  /** The result of compiling, in words. */
  private get verdict(): string {
    const { eager, compiled, graph, speedup } = this;
    if (!compiled || !graph || !speedup) return `Not compiled: ${this.reason}`;
    const [value, low, high] = [speedup.value, speedup.low, speedup.high].map(shortMs);
    const nodes = total(graph.nodes);
    const faster = `Compiled: ${value} times as fast (${low} to ${high}).`;
    const built = `The graph of ${shortNumber(nodes)} nodes took ${shortMs(graph.build)} ms to build`;
    const gain = eager.total - compiled.total;
    if (gain <= 0) return `${faster} ${built}.`;
    // The calls that traced the step also did the step's work, so their compiled time isn't a cost.
    const paid = (graph.build - graph.calls * compiled.total) / gain;
    const after = Math.max(graph.calls, Math.ceil(paid));
    return `${faster} ${built}: paid back after ${shortNumber(after)} calls.`;
  }
}

function row(step: string, timing: Timing, speedup: Speedup, graph: CompiledGraph | undefined) {
  const { native, memory, javascript, total: whole, low, high } = timing;
  return {
    step,
    "native calls": native.count,
    "native ms": native.ms,
    "memory ms": memory.ms,
    "JavaScript ms": javascript,
    "total ms": whole,
    "low ms": low,
    "high ms": high,
    "speed-up": speedup.value,
    "speed-up low": speedup.low,
    "speed-up high": speedup.high,
    "build ms": graph?.build ?? 0,
    "graph nodes": graph ? total(graph.nodes) : 0,
  };
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
