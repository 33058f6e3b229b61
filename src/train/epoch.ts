import { tf } from "../tensorflow/index.js";
import { batches } from "./batches.js";
import { named } from "./evaluate.js";
import type { Training } from "./setUp.js";
import type { Turns } from "./turns.js";

/**
 * @internal
 * A step on each batch; fewer when a callback sets `model.stopTraining`.
 *
 * @returns the means over the examples seen, and whether all were
 */
export async function trainEpoch(
  training: Training,
  { epoch, turns }: { epoch: number; turns: Turns },
): Promise<{ means: Record<string, number>; whole: boolean }> {
  const { model, examples, batchSize, names, runner, callbacks } = training;
  const seed = training.seedOf(epoch);
  // Loss and metrics stay on the device until the epoch ends: reading them would wait for them.
  const rows: tf.Tensor[] = [];
  let seen = 0;
  try {
    for (const { inputs, targets } of batches(examples, batchSize, { seed })) {
      const size = inputs[0]!.shape[0]!;
      const logs: Record<string, number> = {};
      const batch = rows.length;
      try {
        if (callbacks.readsBatches) await callbacks.list.onBatchBegin(batch, logs);
        training.beforeStep();
        rows.push(runner.run(inputs, targets));
      } finally {
        tf.dispose([inputs, targets]);
      }
      seen += size;
      if (callbacks.readsBatches) {
        Object.assign(logs, { batch, size, ...named(names, rows[batch]!.dataSync(), size) });
        await callbacks.list.onBatchEnd(batch, logs);
      }
      await turns.next();
      if (model.stopTraining) break;
    }
    const sums = tf.tidy(() => tf.stack(rows).sum(0).dataSync() as never);
    return { means: named(names, sums, seen), whole: seen === examples.size };
  } finally {
    tf.dispose(rows);
  }
}
