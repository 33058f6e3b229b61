import { tf } from "../../tensorflow/index.js";
import { batches } from "../data/batches.js";
import { named } from "../evaluate.js";
import type { Recovery } from "../recovery/recovery.js";
import type { Training } from "./setUp.js";
import type { Turns } from "./turns.js";

/**
 * @internal
 * Takes a step on each batch that the epoch still has; fewer if a callback sets `model.stopTraining`.
 *
 * @returns the means over the examples seen, and whether all examples were seen
 * @throws DivergenceError if the loss isn't a finite number
 */
export async function trainEpoch(
  training: Training,
  { recovery, turns }: { recovery: Recovery; turns: Turns },
): Promise<{ means: Record<string, number>; whole: boolean }> {
  const { model, examples, batchSize, names, runner, callbacks } = training;
  const { epoch, rows } = recovery.progress;
  const remaining = { seed: training.seedOf(epoch), from: rows.length };
  for (const { inputs, targets } of batches(examples, batchSize, remaining)) {
    const size = inputs[0]!.shape[0];
    const logs: Record<string, number> = {};
    const batch = rows.length;
    let row: number[];
    try {
      if (callbacks.readsBatches) await callbacks.list.onBatchBegin(batch, logs);
      training.beforeStep();
      row = read(runner.run(inputs, targets));
    } finally {
      tf.dispose([inputs, targets]);
    }
    if (!Number.isFinite(row[0])) throw await recovery.divergence();
    rows.push(row);
    if (callbacks.readsBatches) {
      Object.assign(logs, { batch, size, ...named(names, row, size) });
      await callbacks.list.onBatchEnd(batch, logs);
    }
    await recovery.afterStep();
    await turns.next();
    if (model.stopTraining) break;
  }
  const seen = Math.min(rows.length * batchSize, examples.size);
  const sums = tf.tidy(() => tf.tensor2d(rows).sum(0).dataSync());
  return { means: named(names, sums, seen), whole: seen === examples.size };
}

/**
 * Reads a few numbers, which native TensorFlow has computed when the call returns, so that reading waits for
 * nothing.
 */
function read(row: tf.Tensor): number[] {
  const values = row.dataSync();
  row.dispose();
  return [...values];
}
