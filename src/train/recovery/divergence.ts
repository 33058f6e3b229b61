import { tf } from "../../tensorflow/index.js";
import { batches } from "../data/batches.js";
import type { TensorBatch } from "../data/data.js";
import type { Training } from "../loop/setUp.js";
import { yieldToEvents } from "../loop/yieldToEvents.js";
import type { Progress } from "../progress.js";
import { isFiniteTensor, weightsAreFinite } from "./finite.js";
import { type Finding, findInBatch } from "./firstNonFinite.js";
import { disposeSnapshot, restoreSnapshot, type Snapshot, takeSnapshot } from "./snapshot.js";

/**
 * A training whose loss or weights became NaN or infinite. The model has the weights from before the step
 * that made them so.
 *
 * @example
 * const diverging = q.fit(model, train, { epochs: 1, learningRate: 1e30, progress: false });
 * await diverging.catch((error) => error.name); // "DivergenceError"
 */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";

  /**
   * @param step the number of the step, from 1, over the whole training
   * @param epoch the number of the epoch, from 1
   * @param layer the name of the layer in which values first stopped being finite, if it was in a layer
   */
  constructor(
    message: string,
    readonly step: number,
    readonly epoch: number,
    readonly layer: string | undefined,
  ) {
    super(message);
  }
}

/**
 * @internal
 * Goes back to the snapshot, takes its epoch's steps again up to the step after which loss or weights aren't
 * finite, and leaves the model as it was before that step.
 */
export async function divergenceSince(
  training: Training,
  { snapshot, progress }: { snapshot: Snapshot; progress: Progress },
): Promise<DivergenceError> {
  const { examples, batchSize, runner } = training;
  const { epoch } = progress;
  const taken = runner.count;
  restoreSnapshot(training, snapshot);
  let from = progress.rows.length;
  const seed = training.seedOf(epoch);
  for (const batch of batches(examples, batchSize, { seed, from })) {
    await yieldToEvents();
    const before = takeSnapshot(training);
    try {
      training.beforeStep();
      const row = runner.run(batch.inputs, batch.targets);
      const loss = row.dataSync()[0]!;
      row.dispose();
      from++;
      const last = runner.count >= taken;
      if (!last && Number.isFinite(loss) && weightsAreFinite(training.model)) continue;
      const broken = training.model.weights.filter((weight) => !isFiniteTensor(weight.read()));
      restoreSnapshot(training, before);
      const finding = find(training, batch, broken);
      // The search has moved averages and the like.
      restoreSnapshot(training, before);
      return errorOf(training, { epoch, batch: from, loss, finding });
    } finally {
      disposeSnapshot(before);
      tf.dispose([batch.inputs, batch.targets]);
    }
  }
  return new DivergenceError(
    `q.fit stopped in epoch ${epoch}: weights became NaN or infinite; the model has those of the epoch's beginning`,
    runner.count,
    epoch,
    undefined,
  );
}

function find(training: Training, batch: TensorBatch, broken: tf.LayerVariable[]): Finding {
  return training.runner.eagerly(() => findInBatch(training, batch, broken));
}

function errorOf(
  { runner, examples, batchSize }: Training,
  { epoch, batch, loss, finding }: { epoch: number; batch: number; loss: number; finding: Finding },
): DivergenceError {
  const step = runner.count + 1;
  const steps = Math.ceil(examples.size / batchSize);
  const problem = Number.isFinite(loss)
    ? "its update made weights NaN or infinite"
    : `the loss is ${loss}`;
  return new DivergenceError(
    `q.fit stopped at step ${step} (epoch ${epoch}, batch ${batch} of ${steps}): ${problem}. ` +
      `First not finite: ${finding.text}. The model has the weights from before that step. ${finding.remedy}`,
    step,
    epoch,
    finding.layer,
  );
}
