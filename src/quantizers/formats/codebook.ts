import { checkChoice, checkOptions } from "../../arguments/index.js";
import { type Sharing, type SharingOptions, sharing, sharingText } from "./granularity.js";

/**
 * The scale that a codebook's values are multiplied by: none; the largest size of the values that share the
 * scale, over the codebook's largest size; or the root mean square of the values that share the scale.
 */
export type CodebookScale = "none" | "absmax" | "rms";

/** A format whose values are listed: each code is the index of a value. */
export interface CodebookFormat extends Sharing {
  readonly kind: "codebook";
  /** The codebook's name, e.g. `nf4`. */
  readonly name: string;
  readonly bits: number;
  /** The values, ascending, float32. */
  readonly values: readonly number[];
  readonly scale: CodebookScale;
  /** Whether the values are published in a paper, so that a file needn't hold them. */
  readonly standard: boolean;
  readonly rounding: "halfUp";
  readonly matches: undefined;
  toString(): string;
}

/** Options of {@link codebook}. */
export interface CodebookOptions extends SharingOptions {
  /** The scale. Default `"none"`: the values are taken as they are. */
  scale?: CodebookScale;
  /** The codebook's name. Default: its number of values, as in `codebook of 8`. */
  name?: string;
}

/**
 * A format of listed values: each value becomes the nearest of them; the middle of two becomes the larger one.
 *
 * @param values from 2 to 256 finite numbers, no two alike
 * @throws TypeError if an option is unknown, RangeError if the values are invalid
 * @example
 * q.fakeQuantize([-3, 0.4, 0.6, 2.4], q.codebook([-1, 0, 1, 4])); // [ -1, 0, 1, 1 ]
 */
export function codebook(values: ArrayLike<number>, options: CodebookOptions = {}): CodebookFormat {
  checkOptions<CodebookOptions>("q.codebook", options, {
    scale: true,
    name: true,
    per: true,
    groupSize: true,
    axis: true,
  });
  return namedCodebook(values, options, false);
}

/** @internal A codebook with a name; `standard` says whether the values are published in a paper. */
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
  checkChoice("scale", scale, ["none", "absmax", "rms"]);
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
