import { tf } from "../tensorflow/index.js";
import { CheckpointFile } from "./checkpointFile.js";
import { divergenceSince } from "./divergence.js";
import { weightsAreFinite } from "./finite.js";
import { checkIdentity, type Identity, identityOf } from "./identity.js";
import type { FitOptions } from "./options.js";
import { noProgress, type Progress } from "./progress.js";
import type { Training } from "./setUp.js";
import {
  continueFrom,
  disposeSnapshot,
  restoreSnapshot,
  type Snapshot,
  takeSnapshot,
} from "./snapshot.js";
import type { Measurement } from "./step.js";
import { variablesOf } from "./variables.js";

/** Steps from one snapshot to the next: so many have to be taken again at most. */
const interval = 100;

interface Header {
  identity: Identity;
  progress: Progress;
  snapshot: Omit<Snapshot, "values">;
}

/**
 * @internal
 * Remembers a training as it was not long ago: for a checkpoint, to go on from, and to go back to when the
 * loss isn't a number.
 */
export class Recovery {
  progress: Progress = noProgress();
  private readonly file: CheckpointFile | undefined;
  private readonly identity: Identity | undefined;
  private kept: { snapshot: Snapshot; progress: Progress } | undefined;

  constructor(
    private readonly training: Training,
    options: FitOptions,
  ) {
    if (options.checkpoint === undefined) return;
    this.file = new CheckpointFile(options.checkpoint);
    this.identity = identityOf(training, options);
  }

  /** Goes on from the checkpoint, if there is one. @throws Error for one of another training */
  async resume(): Promise<void> {
    const { training, file, identity } = this;
    const saved = await file?.read();
    if (!saved) return;
    try {
      const { progress, snapshot, identity: before } = saved.data as Header;
      checkIdentity(before, identity!, file!.url);
      await training.callbacks.resume(progress.epoch - (progress.begun ? 1 : 2));
      warmUp(training, snapshot);
      const variables = variablesOf(training);
      const differs = (variable: tf.Variable, i: number) =>
        String(saved.tensors[i]?.shape) !== String(variable.shape);
      if (variables.length !== saved.tensors.length || variables.some(differs)) {
        throw new Error(
          `invalid checkpoint: ${file!.url} has ${saved.tensors.length} variables, this training ${variables.length}, or of other shapes (give the optimizer and the callbacks that it was begun with, or another folder)`,
        );
      }
      const values = new Map(variables.map((variable, i) => [variable, saved.tensors[i]!]));
      restoreSnapshot(training, { ...snapshot, values });
      this.progress = progress;
    } finally {
      tf.dispose(saved.tensors);
    }
  }

  /** To be awaited after a step: remembers now and then, for the price of a few steps in a hundred. */
  async afterStep(): Promise<void> {
    if (this.progress.rows.length % interval === 0) await this.keep();
  }

  /** Remembers the training as it is now. @throws DivergenceError where weights aren't numbers any more */
  async keep(): Promise<void> {
    const snapshot = takeSnapshot(this.training);
    if (this.kept && !weightsAreFinite(this.training.model)) {
      disposeSnapshot(snapshot);
      throw await this.divergence();
    }
    if (this.file) continueFrom(snapshot);
    disposeSnapshot(this.kept?.snapshot);
    this.kept = { snapshot, progress: structuredClone(this.progress) };
  }

  /** Writes what is remembered, if there is a place for it. */
  async save(): Promise<void> {
    if (!this.file || !this.kept) return;
    const { progress, snapshot } = this.kept;
    const { values, ...rest } = snapshot;
    const data: Header = { identity: this.identity!, progress, snapshot: rest };
    await this.file.write({ data, tensors: [...values.values()] });
  }

  /**
   * Writes a training that was stopped between two steps. Where graphs keep what can't be read to the last
   * bit, what was remembered before: the steps since then are taken again.
   */
  async stop(): Promise<void> {
    if (this.file && this.training.runner.exact) await this.keep();
    await this.save();
  }

  /** Finds out where values stopped being finite, and goes back to before that. */
  async divergence(): Promise<Error> {
    return await divergenceSince(this.training, this.kept!);
  }

  dispose(): void {
    disposeSnapshot(this.kept?.snapshot);
    this.kept = undefined;
  }
}

/** Steps whose results are dropped: an optimizer makes its slots, graphs are made as they were. */
function warmUp(training: Training, { calls, steps }: Pick<Snapshot, "calls" | "steps">): void {
  const { runner, batchSize } = training;
  const sizes = Object.keys(calls).map(Number);
  training.beforeStep();
  // Slots were there when layers changed their modes: graphs of the new ones need a trace less.
  const taken = Object.values(calls).reduce((sum, count) => sum + count, 0);
  if (steps > taken) onExamples(training, batchSize, runner.runOnce);
  for (const size of sizes.sort((a, b) => b - a)) {
    for (let call = 0; call < calls[size]!; call++) onExamples(training, size, runner.run);
  }
}

function onExamples({ examples }: Training, size: number, run: Measurement): void {
  tf.tidy(() => {
    const first = (tensors: tf.Tensor[]) =>
      tensors.map((tensor) => tensor.slice(0, Math.min(size, examples.size)));
    run(first(examples.inputs), first(examples.targets));
  });
}
