import type { tf } from "../tf.js";
import type { CallSite } from "./callSite.js";
import type { Problem, Source } from "./values.js";

/** @internal Whether a tensor of a trace can differ in the next call. */
export function depends(sources: ReadonlyMap<number, Source>, id: number): boolean {
  const seen = new Set([id]);
  // The set grows while it is walked.
  for (const id of seen) {
    const source = sources.get(id);
    if (!source || source.kind === "constant" || source.kind === "held") continue;
    if (source.kind !== "operation") return true;
    for (const input of source.operation.inputs) {
      if (typeof input !== "number") return true;
      seen.add(input);
    }
  }
  return false;
}

/** @internal The problem of reading a value in JavaScript that differs in each call. */
export function readProblem(
  source: Source | undefined,
  variable: tf.Variable | undefined,
  site: CallSite,
): Problem {
  return {
    event: `dataSync() read ${nameOf(source, variable)}, which differs in each call`,
    remedy: "decide with tensor ops (tf.where), return the value and read it outside",
    site,
  };
}

function nameOf(source: Source | undefined, variable: tf.Variable | undefined): string {
  if (source?.kind === "operation") return `the result of ${source.operation.name}`;
  if (source?.kind === "argument") return `argument ${source.index}`;
  return `variable ${variable?.name}`;
}
