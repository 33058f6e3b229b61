import { version } from "#door/export/manifest/files";
import { environment, type tf } from "../../tensorflow/index.js";
import type { InputData, TrainingData } from "../../train/index.js";
import { weightsDigest } from "./digests.js";
import type { Manifest } from "./form.js";
import { parametersOf, programIn, schemeOf } from "./integers.js";
import { accuracyEntry, dataEntry } from "./measure.js";

/** The entries of a manifest that a model card states alike. */
export type ModelFacts = Pick<
  Manifest,
  | "model"
  | "scheme"
  | "kernel"
  | "seeds"
  | "test"
  | "calibration"
  | "accuracy"
  | "versions"
  | "licence"
  | "source"
>;

/** @internal The options that facts come from. */
export interface FactOptions {
  test?: TrainingData | InputData;
  calibration?: InputData;
  seeds?: Readonly<Record<string, number | string>>;
  licence?: string;
  source?: string;
}

/** @internal The facts of a model: digests, formats, data, accuracy, versions. */
export async function factsOf(model: tf.LayersModel, options: FactOptions): Promise<ModelFacts> {
  const { test, calibration } = options;
  const environs = environment();
  return {
    model: {
      name: model.name,
      parameters: parametersOf(model),
      sha256: await weightsDigest(model),
    },
    scheme: schemeOf(model),
    kernel: programIn(model)?.kernel ?? null,
    seeds: { ...options.seeds },
    test: test ? await dataEntry(model, test, "test") : null,
    calibration: calibration ? await dataEntry(model, calibration, "calibration") : null,
    accuracy: test ? accuracyEntry(model, test) : null,
    versions: {
      qatlab: version,
      tfjs: environs.tfjs,
      tensorflow: environs.tensorflow,
      node: environs.node,
    },
    licence: options.licence ?? null,
    source: options.source ?? null,
  };
}
