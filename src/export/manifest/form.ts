import type { Provenance } from "../../datasets/index.js";
import {
  type Check,
  either,
  exactly,
  list,
  named,
  number,
  orNull,
  record,
  text,
} from "./shapes.js";

/** A file that a manifest speaks of. */
export interface ManifestFile {
  /** The path in the manifest's folder, with slashes. */
  path: string;
  bytes: number;
  /** The SHA-256 digest, 64 hexadecimal digits. */
  sha256: string;
}

/** Examples that a manifest speaks of. */
export interface ManifestData {
  /** How many examples there are. */
  examples: number;
  /** The SHA-256 digest of the examples' shapes and float32 values, and of their targets. */
  sha256: string;
  /** Where the data come from; `null` for tensors. */
  provenance: Provenance | null;
}

/** The share of test examples that a model names rightly. */
export interface ManifestAccuracy {
  correct: number;
  examples: number;
  /** The share, from 0 to 1, and its interval with 95 % confidence (Wilson's score interval). */
  share: number;
  low: number;
  high: number;
}

/** A tensor in a manifest. */
export interface ManifestTensor {
  /** The name of the model's input or output. */
  name: string;
  shape: number[];
  /** The float32 values, in base64. */
  values: string;
}

/** Examples with the outputs that the model gives for them, by which a file is run again. */
export interface ManifestVectors {
  inputs: ManifestTensor[];
  outputs: ManifestTensor[];
  /** The largest difference that counts as equal, as a share of the largest output. */
  tolerance: number;
}

/** The content of a manifest. */
export interface Manifest {
  manifest: "qatlab";
  version: 1;
  /** The file, or the files of the folder; then the files beside it that belong to it. */
  files: ManifestFile[];
  model: {
    name: string;
    parameters: number;
    /** The SHA-256 digest of the weights' names, shapes and float32 values. */
    sha256: string;
  };
  /** The formats of each quantized layer, or the types of each op; the name of a layer that stays in float is missing. */
  scheme: Record<string, { weights: string | null; activations: string | null }>;
  /** Whose arithmetic an integer model has; `null` for other models. */
  kernel: string | null;
  seeds: Record<string, number | string>;
  test: ManifestData | null;
  calibration: ManifestData | null;
  accuracy: ManifestAccuracy | null;
  vectors: ManifestVectors | null;
  versions: { qatlab: string; tfjs: string; tensorflow: string | null; node: string | null };
  licence: string | null;
  source: string | null;
  /** When the manifest was made, in ISO 8601; `null` unless the maker asked for it. */
  made: string | null;
  /** The SHA-256 digest of all entries above, as JSON without spaces. */
  sha256: string;
}

const name = text(1000, { like: /^\P{Cc}*$/u, expected: "a text in a line," });
const hash = text(64, {
  like: /^[0-9a-f]{64}$/,
  expected: "a SHA-256 digest, 64 digits from 0 to f,",
});
const count = number(0, Number.MAX_SAFE_INTEGER, { whole: true });
const share = number(0, 1);
/** The most characters of a tensor's values: 6 MB of float32. */
const values = text(2 ** 23, { like: /^[A-Za-z0-9+/]*={0,2}$/, expected: "values in base64" });

/** @internal The check of a tensor. */
export const checkTensor = record<ManifestTensor>({
  name,
  shape: list(number(0, 2 ** 31 - 1, { whole: true }), { most: 8 }),
  values,
});

const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, at) =>
    value === undefined ? undefined : check(value, at);

const provenance = record<Provenance>({
  name,
  source: name,
  licence: name,
  hash: optional(name) as Check<string>,
  split: optional(name) as Check<string>,
  preprocessing: optional(name) as Check<string>,
});

const data = record<ManifestData>({
  examples: count,
  sha256: hash,
  provenance: orNull(provenance),
});

/** @internal The check of a manifest's entries. */
export const checkForm = record<Manifest>({
  manifest: exactly("qatlab"),
  version: exactly(1),
  files: list(record<ManifestFile>({ path: name, bytes: count, sha256: hash }), {
    least: 1,
    most: 10_000,
  }),
  model: record<Manifest["model"]>({ name, parameters: count, sha256: hash }),
  scheme: named(
    record<{ weights: string | null; activations: string | null }>({
      weights: orNull(name),
      activations: orNull(name),
    }),
    { most: 100_000 },
  ),
  kernel: orNull(name),
  seeds: named(either(number(-Number.MAX_VALUE, Number.MAX_VALUE), name), { most: 1000 }),
  test: orNull(data),
  calibration: orNull(data),
  accuracy: orNull(
    record<ManifestAccuracy>({ correct: count, examples: count, share, low: share, high: share }),
  ),
  vectors: orNull(
    record<ManifestVectors>({
      inputs: list(checkTensor, { least: 1, most: 100 }),
      outputs: list(checkTensor, { least: 1, most: 100 }),
      tolerance: share,
    }),
  ),
  versions: record<Manifest["versions"]>({
    qatlab: name,
    tfjs: name,
    tensorflow: orNull(name),
    node: orNull(name),
  }),
  licence: orNull(name),
  source: orNull(name),
  made: orNull(name),
  sha256: hash,
});
