import { checkOptions, type OptionNames } from "../../arguments/index.js";
import type { FitOptions } from "./options.js";

const names: OptionNames<FitOptions> = {
  epochs: true,
  batchSize: true,
  loss: true,
  metrics: true,
  learningRate: true,
  schedule: true,
  optimizer: true,
  clipNorm: true,
  validation: true,
  validationBatchSize: true,
  callbacks: true,
  checkpoint: true,
  board: true,
  progress: true,
  shuffle: true,
  seed: true,
  compile: true,
  rewrite: true,
  signal: true,
};

const weighing =
  "a loss function that weighs, with the weights as a column of the targets: loss: (yTrue, yPred) => …";

/** Options of tfjs's `model.fit` that q.fit lacks, and q.fit's options in their place. */
const substitutes: Record<string, string> = {
  validationData: "{ validation: test }",
  validationSplit: "{ validation: data.take(100) }, examples that aren't trained on",
  verbose: "{ progress: false }",
  yieldEvery: "nothing: q.fit yields every 50 ms",
  initialEpoch: "{ checkpoint: folder }, which goes on where a training ended",
  stepsPerEpoch: "fewer examples, as in data.take(100)",
  lossWeights: "a loss function for each output, multiplied by its weight",
  classWeight: weighing,
  sampleWeight: weighing,
};

/**
 * @internal
 * @throws TypeError if `q.fit` doesn't have an option, naming the nearest option or the option in its place
 */
export function checkFitOptions(options: FitOptions): void {
  checkOptions("q.fit", options, names, substitutes);
}
