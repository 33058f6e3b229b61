import type { ManifestTensor } from "../form.js";

/** @internal The outputs of a file for examples, or the reason why the file can't be run here. */
export type Rerun = { runtime: string; outputs: ManifestTensor[] } | { reason: string };

/** @internal Runs a file on examples. @throws Error if the file can't be run because it is damaged */
export type Runner = (path: string, inputs: readonly ManifestTensor[]) => Promise<Rerun>;
