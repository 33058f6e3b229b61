import { tf } from "../../tensorflow/index.js";
import type { Training } from "../loop/setUp.js";
import type { Measurement } from "../loop/step.js";
import type { FitOptions } from "../options/options.js";
import { noProgress, type Progress } from "../progress.js";
import { CheckpointFile } from "./checkpointFile.js";
import { divergenceSince } from "./divergence.js";
import { weightsAreFinite } from "./finite.js";
import { checkIdentity, type Identity, identityOf } from "./identity.js";
import {
  continueFrom,
  disposeSnapshot,
  restoreSnapshot,
  type Snapshot,
  takeSnapshot,
} from "./snapshot.js";
import { variablesOf } from "./variables.js";

/** How many steps lie between two snapshots; at most as many have to be taken again. */
const interval = 100;

interface Header {
  identity: Identity;
  progress: Progress;
  snapshot: Omit<Snapshot, "values">;
}

/**
 * @internal
 * Remembers a recent state of a training: a checkpoint holds it, and the training returns to it if the loss
 * isn't a number.
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

  /** Goes on from the checkpoint, if there is one. @throws Error if the checkpoint belongs to another training */
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

  /**
   * Remembers the training now and then, for the price of a few steps in a hundred; to be awaited after each
   * step.
   */
  async afterStep(): Promise<void> {
    if (this.progress.rows.length % interval === 0) await this.keep();
  }

  /** Remembers the training as it is now. @throws DivergenceError if weights aren't numbers any more */
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

  /** Writes the remembered state to the checkpoint, if the training has one. */
  async save(): Promise<void> {
    if (!this.file || !this.kept) return;
    const { progress, snapshot } = this.kept;
    const { values, ...rest } = snapshot;
    const data: Header = { identity: this.identity!, progress, snapshot: rest };
    await this.file.write({ data, tensors: [...values.values()] });
  }

  /**
   * Writes a training that was stopped between two steps. If graphs keep values that can't be read to the last
   * bit, the state that was remembered before is written, and the steps since then are taken again.
   */
  async stop(): Promise<void> {
    if (this.file && this.training.runner.exact) await this.keep();
    await this.save();
  }

  /** Finds out where values stopped being finite, and goes back to the step before. */
  async divergence(): Promise<Error> {
    return await divergenceSince(this.training, this.kept!);
  }

  dispose(): void {
    disposeSnapshot(this.kept?.snapshot);
    this.kept = undefined;
  }
}

/** Takes steps whose results are dropped, so that the optimizer makes its slots, and graphs are made as before. */
function warmUp(training: Training, { calls, steps }: Pick<Snapshot, "calls" | "steps">): void {
  const { runner, batchSize } = training;
  const sizes = Object.keys(calls).map(Number);
  training.beforeStep();
  // Slots were there when layers changed their modes, so graphs of the new modes need one trace less.
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
