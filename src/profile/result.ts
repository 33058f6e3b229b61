import type { DataFrame } from "danfojs-node";
import { findHost } from "../display/find-host.js";
import { display, displaySymbol, html, type MimeBundle, shortNumber } from "../display/index.js";
import type { Figure } from "../plot/index.js";
import { dataFrame } from "../report/index.js";
import { shortMs, timesFigure } from "./figure.js";
import { timesTable } from "./table.js";
import type { Timing } from "./timing.js";

/** How many times faster a compiled step is. */
export interface Speedup {
  value: number;
  /** From the compiled step's upper and the eager one's lower quartile, and the other way round. */
  low: number;
  high: number;
}

/** The graph of a compiled step. */
export interface CompiledGraph {
  /** Time of the calls that traced the step, made the graph and first ran it, in milliseconds. */
  build: number;
  /** How many calls that were. */
  calls: number;
  /** The graph's nodes by their ops, as traced: TensorFlow may rewrite them. */
  nodes: ReadonlyMap<string, number>;
}

/** @internal What a {@link Profile} is made of. */
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
 * graph!.nodes.get("Const"); // 3 (x is one)
 */
export class Profile {
  /** The step as it was written: op after op. */
  readonly eager: Timing;
  /** The step as one graph, if it can be one. */
  readonly compiled: Timing | undefined;
  readonly graph: CompiledGraph | undefined;
  /** Why there is no compiled step; empty when there is one. */
  readonly reason: string;

  /** @internal */
  constructor({ eager, compiled, graph, reason = "" }: Measured) {
    this.eager = eager;
    this.compiled = compiled;
    this.graph = graph;
    this.reason = reason;
  }

  /** How many times faster the compiled step is; undefined where there is none. */
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
   * @throws Error where the backend has no native ops to count, or the step ran none
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
  get figure(): Figure {
    return timesFigure(this.ways, this.verdict);
  }

  /** The figure, and the table below it. */
  [displaySymbol](): MimeBundle {
    display(this.figure);
    return this.table();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    // Stock tslab prints a last expression: there the figure is shown by the printing.
    if (findHost().name === "tslab") display(this.figure);
    return String(this.table()["text/plain"]);
  }

  /** The table with the verdict below it, as HTML and as text. */
  private table(): MimeBundle {
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

  /** What came of compiling, in words. */
  private get verdict(): string {
    const { eager, compiled, graph, speedup } = this;
    if (!compiled || !graph || !speedup) return `Not compiled: ${this.reason}`;
    const [value, low, high] = [speedup.value, speedup.low, speedup.high].map(shortMs);
    const nodes = total(graph.nodes);
    const faster = `Compiled: ${value} times as fast (${low} to ${high}).`;
    const built = `The graph of ${shortNumber(nodes)} nodes took ${shortMs(graph.build)} ms to build`;
    const gain = eager.total - compiled.total;
    if (gain <= 0) return `${faster} ${built}.`;
    // The calls that traced the step did its work as well.
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
