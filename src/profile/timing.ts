import { quantileSorted } from "d3-array";
import type { Measurement, Tally } from "../tensorflow/index.js";

/** Where the time of one call goes; all times in milliseconds. */
export interface Timing {
  /** How many calls were measured. */
  calls: number;
  /** Wall time: the sum of the parts below. */
  total: number;
  /** Quartiles of the calls' wall times. */
  low: number;
  high: number;
  /** Calls of TensorFlow's ops, or of a graph, and the time inside of them. */
  native: Tally;
  /** Copying values to TensorFlow and back, and freeing memory. */
  memory: Tally;
  /** The rest of the time: TensorFlow.js, and the step's own code. */
  javascript: number;
  /** {@link native} by ops; empty for a graph, which is one call. */
  ops: ReadonlyMap<string, Tally>;
}

/**
 * @internal
 * The times of a typical call: means over the middle half of the calls by wall time. As a median does, this
 * leaves out the few calls that something else slowed down; unlike medians, the parts' means sum to the
 * whole.
 */
export function timing(measurements: readonly Measurement[]): Timing {
  const sorted = measurements.toSorted((a, b) => a.total - b.total);
  const cut = Math.floor(sorted.length / 4);
  const middle = sorted.slice(cut, sorted.length - cut);
  const totals = sorted.map(({ total }) => total);
  const mean = (pick: (measurement: Measurement) => Tally | undefined): Tally => {
    const tallies = middle.map((measurement) => pick(measurement) ?? { count: 0, ms: 0 });
    const { count, ms } = sum(tallies);
    return { count: count / middle.length, ms: ms / middle.length };
  };
  const names = new Set(middle.flatMap(({ ops }) => [...ops.keys()]));
  const ops = new Map(
    [...names].map((name) => [name, mean((measurement) => measurement.ops.get(name))]),
  );
  const native = sum([...ops.values(), mean(({ graphs }) => graphs)]);
  const memory = mean(({ transfers }) => transfers);
  const total = middle.reduce((sum, measurement) => sum + measurement.total, 0) / middle.length;
  return {
    calls: measurements.length,
    total,
    low: quantileSorted(totals, 0.25)!,
    high: quantileSorted(totals, 0.75)!,
    native,
    memory,
    javascript: total - native.ms - memory.ms,
    ops,
  };
}

/** @internal */
export function sum(tallies: Iterable<Tally>): Tally {
  const total = { count: 0, ms: 0 };
  for (const { count, ms } of tallies) {
    total.count += count;
    total.ms += ms;
  }
  return total;
}
