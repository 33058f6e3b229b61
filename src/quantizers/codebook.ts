import { type Sharing, type SharingOptions, sharing, sharingText } from "./granularity.js";

/**
 * What a codebook's values are multiplied by: nothing; the largest size of what shares a scale, over that
 * of the codebook; or its root mean square.
 */
export type CodebookScale = "none" | "absmax" | "rms";

/** A format whose values are listed: each code is the index of a value. */
export interface CodebookFormat extends Sharing {
  readonly kind: "codebook";
  /** E.g. `nf4`. */
  readonly name: string;
  readonly bits: number;
  /** Ascending, float32. */
  readonly values: readonly number[];
  readonly scale: CodebookScale;
  /** Whether its values are written in a paper, so that a file needn't hold them. */
  readonly standard: boolean;
  readonly rounding: "halfUp";
  readonly matches: undefined;
  toString(): string;
}

/** Options of {@link codebook}. */
export interface CodebookOptions extends SharingOptions {
  /** Default `"none"`: the values are taken as they are. */
  scale?: CodebookScale;
  /** What it is called. Default `codebook of 8`, say. */
  name?: string;
}

/**
 * A format of listed values: each value becomes the nearest of them, from the middle the larger one.
 *
 * @param values from 2 to 256 finite numbers, no two alike
 * @param options `scale`: `"none"` (default), `"absmax"` or `"rms"`; `per` (with a scale, default
 *   `"tensor"`) with `groupSize` and `axis`; `name`
 * @throws TypeError for other options, RangeError for other values
 * @example
 * q.fakeQuantize([-3, 0.4, 0.6, 2.4], q.codebook([-1, 0, 1, 4])); // [ -1, 0, 1, 1 ]
 */
export function codebook(values: ArrayLike<number>, options: CodebookOptions = {}): CodebookFormat {
  return namedCodebook(values, options, false);
}

/** @internal A codebook; `standard` where its values are written in a paper. */
export function namedCodebook(
  values: ArrayLike<number>,
  { scale = "none", name, per, ...group }: CodebookOptions,
  standard: boolean,
): CodebookFormat {
  const sorted = Array.from(values ?? [], Math.fround).sort((a, b) => a - b);
  if (sorted.length < 2 || sorted.length > 256 || !sorted.every(Number.isFinite)) {
    throw new RangeError(
      `invalid values: ${sorted.length} of them (expected 2 to 256 finite numbers, as in q.codebook([-1, 0, 1]))`,
    );
  }
  const twice = sorted.findIndex((value, i) => value === sorted[i - 1]);
  if (twice >= 0) throw new RangeError(`invalid values: ${sorted[twice]} twice (expected it once)`);
  if (!["none", "absmax", "rms"].includes(scale)) {
    throw new TypeError(`invalid scale: ${scale} (expected "none", "absmax" or "rms")`);
  }
  if (scale === "none" && per !== undefined) {
    throw new TypeError(
      `invalid per: ${per} without a scale (expected as in q.codebook(values, { scale: "absmax", per: "${per}" }))`,
    );
  }
  const shared = sharing(
    { per: scale === "none" ? undefined : (per ?? "tensor"), ...group },
    "codebook(values, …)",
  );
  const text = `${name ?? `codebook of ${sorted.length}`}${sharingText(shared)}`;
  return Object.freeze({
    kind: "codebook" as const,
    name: name ?? `codebook of ${sorted.length}`,
    bits: Math.ceil(Math.log2(sorted.length)),
    values: Object.freeze(sorted),
    scale,
    standard,
    ...shared,
    rounding: "halfUp" as const,
    matches: undefined,
    toString: () => text,
  });
}
