import { inputNames, outputNames } from "../../graph/index.js";
import { convert, type KernelName } from "../../integer/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import { tf } from "../../tensorflow/index.js";
import type { InputData } from "../../train/index.js";
import { weightsDigest } from "./digests.js";
import type { Manifest, ManifestVectors } from "./form.js";
import { differenceOf } from "./rerun/compare.js";
import { tensorEntry, tensorOf } from "./tensors.js";
import type { VerifiedPart } from "./verify.js";

/** @internal The weights and outputs of a model, compared with those in a manifest. */
export async function modelParts(
  manifest: Manifest,
  model: tf.LayersModel | undefined,
  calibration: InputData | undefined,
): Promise<VerifiedPart[]> {
  const { name, sha256 } = manifest.model;
  const part = `weights of model "${name}"`;
  if (!model) {
    return [{ part, result: "unchecked", detail: "no model was passed to compare with" }];
  }
  const candidates = likeFile(manifest, model, calibration);
  const digest = await weightsDigest(candidates[0]!);
  const weights: VerifiedPart =
    digest === sha256
      ? { part, result: "equal", detail: `sha256 ${digest}` }
      : { part, result: "different", detail: `sha256 ${digest}, not ${sha256}` };
  const { vectors } = manifest;
  if (!vectors) return [weights];
  const outputs = candidates.map((candidate) => outputsOf(vectors, candidate));
  return [weights, outputs.find(({ result }) => result === "equal") ?? outputs.at(-1)!];
}

/**
 * The model itself. A prepared model stands for the integers that it may have been converted to, without calibration
 * examples and with those of the manifest, if the manifest is that of integers.
 */
function likeFile(
  { kernel: name }: Manifest,
  model: tf.LayersModel,
  calibration: InputData | undefined,
): tf.LayersModel[] {
  const isPrepared = model.layers.some((layer) => layer instanceof QuantizedLayer);
  if (name === null || !isPrepared) return [model];
  const kernel = name as KernelName;
  const plain = convert(model, { kernel });
  return calibration ? [plain, convert(model, { kernel, calibration })] : [plain];
}

function outputsOf(
  { inputs, outputs, tolerance }: ManifestVectors,
  model: tf.LayersModel,
): VerifiedPart {
  const part = "outputs of the model";
  const shapes = model.inputs.map(({ shape }) => String(shape.slice(1)));
  if (String(shapes) !== String(inputs.map(({ shape }) => String(shape.slice(1))))) {
    const detail = `the model has inputs ${inputNames(model).join(", ")} of shapes [${shapes.join("], [")}]`;
    return { part, result: "different", detail };
  }
  const tensors = inputs.map((input) => tensorOf(input)!);
  const results = [model.predict(tensors.length === 1 ? tensors[0]! : tensors)].flat();
  const entries = results.map((output, i) => tensorEntry(outputNames(model)[i]!, output));
  tf.dispose([tensors, results]);
  const difference = differenceOf(entries, outputs, tolerance);
  return { part, result: difference ? "different" : "equal", detail: difference || "here" };
}
