import { type Dataset, digits } from "../../datasets/index.js";
import { tf } from "../../tensorflow/index.js";
import type { InputData, TrainingData } from "../../train/index.js";
import { tensorsDigest } from "./digests.js";
import type { ManifestData } from "./form.js";
import type { VerifiedPart } from "./verify.js";

/** Examples, with or without targets. */
export type Examples = InputData | TrainingData;

/** @internal The digest of examples, and of their targets if there are any. */
export async function examplesDigest(data: Examples): Promise<string> {
  const { xs, ys } = data as Partial<TrainingData>;
  const tensors = [xs, ys].flatMap((side) =>
    side instanceof tf.Tensor ? [side] : Object.values(side ?? {}),
  );
  return await tensorsDigest(tensors);
}

/**
 * @internal
 * The examples that a manifest speaks of: those that were passed, or else examples of the embedded digits.
 *
 * @returns the part of the verification, and the examples where they are there and equal
 */
export async function checkedData(
  role: "test" | "calibration",
  entry: ManifestData | null,
  passed: Examples | undefined,
): Promise<{ part?: VerifiedPart; data?: Examples }> {
  const part = `${role} data`;
  if (!entry) return {};
  if (passed) {
    const digest = await examplesDigest(passed);
    if (digest === entry.sha256) {
      return { part: { part, result: "equal", detail: `sha256 ${digest}` }, data: passed };
    }
    return { part: { part, result: "different", detail: `sha256 ${digest}, not ${entry.sha256}` } };
  }
  const data = await embedded(entry);
  if (data) return { part: { part, result: "equal", detail: `sha256 ${entry.sha256}` }, data };
  return {
    part: { part, result: "unchecked", detail: "the examples aren't here to compare with" },
  };
}

/** Examples of the embedded digits with the digest: the test part, the training part, or the first of either. */
async function embedded({
  provenance,
  examples,
  sha256,
}: ManifestData): Promise<Dataset | undefined> {
  const parts = await digits();
  const all = [parts.test, parts.train];
  if (provenance?.name !== parts.test.provenance.name) {
    for (const part of all) part.dispose();
    return undefined;
  }
  let found: Dataset | undefined;
  for (const part of all) {
    if (!found && examples > 0 && examples <= part.size) {
      const first = part.take(examples);
      if ((await examplesDigest(first)) === sha256) found = first;
      else first.dispose();
    }
    part.dispose();
  }
  return found;
}
