import type { Values } from "../histogram/values.js";
import { endsOfAll } from "../methods/minmax.js";
import { MovingAverageObserver } from "../methods/movingAverage.js";
import type { Observer } from "../observer.js";

/** @internal An observer that takes a batch in parts. */
export interface PartObserver {
  observe(part: Values): void;
  /** Ends a batch: the values since the last call belong to it. */
  endBatch(): void;
}

/**
 * @internal
 * Shows an observer the parts of batches as they come. An observer that follows batches sees the ends of each
 * whole batch.
 */
export function inParts(observer: Observer): PartObserver {
  if (!(observer instanceof MovingAverageObserver)) {
    return { observe: (part) => observer.observe(part), endBatch: () => undefined };
  }
  const none = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  let batch = none;
  return {
    observe(part) {
      const { min, max } = endsOfAll(part);
      batch = { min: Math.min(batch.min, min), max: Math.max(batch.max, max) };
    },
    endBatch() {
      if (batch.min <= batch.max) observer.observe([batch.min, batch.max]);
      batch = none;
    },
  };
}
