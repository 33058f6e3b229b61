import { checkOptions } from "../../arguments/index.js";
import {
  type Granularity,
  type Sharing,
  type SharingOptions,
  sharing,
  sharingOptions,
  sharingText,
} from "./granularity.js";

/** A format of two values, −scale and scale. */
export interface BinaryFormat extends Sharing {
  readonly kind: "binary";
  readonly bits: 1;
  readonly per: Granularity;
  readonly rounding: "halfUp";
  readonly matches: undefined;
  toString(): string;
}

/** A format of three values, −scale, 0 and scale. */
export interface TernaryFormat extends Sharing {
  readonly kind: "ternary";
  /** The bits of a stored code; three of the four codes are used. */
  readonly bits: 2;
  readonly per: Granularity;
  readonly rounding: "halfUp";
  readonly matches: undefined;
  toString(): string;
}

/**
 * One bit: sign(w) · E|w|, where 0 counts as positive; the scale E|w| has the least squared error.
 * Rastegari et al. 2016 (XNOR-Net), arXiv:1603.05279, equation 6. The codes are −1 and 1, stored as 0
 * and 1.
 *
 * @throws TypeError if an option is unknown, RangeError if its value is invalid
 * @example
 * q.fakeQuantize([-3, -0.5, 0, 0.5], q.binary({ per: "tensor" })); // [ -1, -1, 1, 1 ]
 */
export function binary(options: SharingOptions = {}): BinaryFormat {
  checkOptions("q.binary", options, sharingOptions);
  const { per = "channel", ...group } = options;
  return make("binary", 1, { per, ...group });
}

/**
 * Three values: −α, 0 and α. Values within Δ = 0.7 · E|w| of 0 become 0, and α is the mean size of the others.
 * Li et al. 2016 (Ternary Weight Networks), arXiv:1605.04711, section 2. The codes are −1, 0 and 1; with a
 * given scale, each value becomes the nearest of the three.
 *
 * @throws TypeError if an option is unknown, RangeError if its value is invalid
 * @example
 * q.fakeQuantize([-3, -0.5, 0.1, 2], q.ternary()); // [ -2.5, 0, 0, 2.5 ]
 */
export function ternary(options: SharingOptions = {}): TernaryFormat {
  checkOptions("q.ternary", options, sharingOptions);
  const { per = "tensor", ...group } = options;
  return make("ternary", 2, { per, ...group });
}

function make<K extends "binary" | "ternary", B extends 1 | 2>(
  kind: K,
  bits: B,
  options: SharingOptions & { per: Granularity },
) {
  const shared = sharing(options, `${kind}(…)`);
  const text = `${kind}${sharingText(shared)}`;
  return Object.freeze({
    kind,
    bits,
    ...shared,
    per: options.per,
    rounding: "halfUp" as const,
    matches: undefined,
    toString: () => text,
  });
}
