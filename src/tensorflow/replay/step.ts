import type { TypedValues } from "../loading/nodeBackend.js";

/** @internal The memory of the values of a replay, each at its place. */
export type Memory = (id: number) => TypedValues;

/** @internal A part of a replay: one kernel, or several in one loop. */
export interface Step {
  /** The values that it reads and writes. */
  reads: readonly number[];
  writes: readonly number[];
  /** The function that computes the step, given where its values lie. */
  bind(memory: Memory): () => void;
}
