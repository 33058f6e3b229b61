import { yieldToEvents } from "../train/index.js";
import type { Contender } from "./contender.js";
import { batchAt, type Examples } from "./examples.js";

/** @internal The number of calls of a contender before another one's turn comes. */
export const turn = 10;

/**
 * @internal
 * The milliseconds of each call. The contenders take turns, so that a busy machine slows all of them.
 *
 * @param runs the number of calls of each contender that are measured; as many as a turn has come before
 */
export async function latencies(
  contenders: readonly Contender[],
  examples: Examples,
  { runs, warmUp, signal }: { runs: number; warmUp: number; signal: AbortSignal | undefined },
): Promise<number[][]> {
  const inputs = contenders.map(({ batch }) => batchAt(examples, 0, batch));
  for (const [i, contender] of contenders.entries()) await contender.time(inputs[i]!, warmUp);
  const times: number[][] = contenders.map(() => []);
  for (let done = 0; done < runs; done += turn) {
    const calls = Math.min(turn, runs - done);
    for (const [i, contender] of contenders.entries()) {
      signal?.throwIfAborted();
      times[i]!.push(...(await contender.time(inputs[i]!, calls)));
      await yieldToEvents();
    }
  }
  return times;
}

/** @internal The class that a contender gives each example: the index of its largest output. */
export async function classesOf(
  contender: Contender,
  examples: Examples,
  signal: AbortSignal | undefined,
): Promise<Int32Array> {
  const { batch } = contender;
  const classes = new Int32Array(examples.count);
  for (let start = 0; start < examples.count; start += batch) {
    signal?.throwIfAborted();
    const outputs = await contender.run(batchAt(examples, start, batch));
    const width = outputs.length / batch;
    for (let i = 0; i < batch && start + i < examples.count; i++) {
      classes[start + i] = largest(outputs.subarray(i * width, (i + 1) * width));
    }
    if (start % 64 < batch) await yieldToEvents();
  }
  return classes;
}

function largest(values: Float32Array): number {
  let index = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[index]!) index = i;
  return index;
}
