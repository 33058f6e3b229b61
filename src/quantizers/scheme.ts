import { type IntegerFormat, isFormat } from "./format.js";

/** How a model is quantized. */
export interface Scheme {
  /** The format of kernels; `undefined` leaves them in float32. */
  readonly weights: IntegerFormat | undefined;
  /** The format of the input and of layers' outputs; `undefined` leaves them in float32. */
  readonly activations: IntegerFormat | undefined;
  /** E.g. `W3A3`. */
  toString(): string;
}

/**
 * The number formats of a model's weights and activations. Biases stay float32, and so does the
 * model's output, the logits.
 *
 * @param options `weights` and `activations`, at least one of them; activations are per tensor,
 *   since one scale for each channel of an input can't be taken out of a convolution's sum
 * @throws TypeError for anything but formats
 * @example
 * const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
 * String(scheme); // "W3A3"
 */
export function scheme({
  weights,
  activations,
}: {
  weights?: IntegerFormat;
  activations?: IntegerFormat;
} = {}): Scheme {
  check("weights", weights, "q.int(8)");
  check("activations", activations, "q.uint(8)");
  if (!weights && !activations) {
    throw new TypeError(
      "invalid scheme: nothing is quantized (expected q.scheme({ weights: q.int(8), activations: q.uint(8) }))",
    );
  }
  if (weights && weights.per !== "tensor" && weights.per !== "channel") {
    throw new TypeError(
      `invalid weights: ${weights} (expected a format per tensor or channel, as in q.${weights.kind}(${weights.bits}, { per: "channel" }))`,
    );
  }
  if (activations && activations.per !== "tensor") {
    throw new TypeError(
      `invalid activations: ${activations} (expected a format per tensor, as in q.${activations.kind}(${activations.bits}))`,
    );
  }
  const name = `W${weights?.bits ?? 32}A${activations?.bits ?? 32}`;
  return Object.freeze({ weights, activations, toString: () => name });
}

/** @internal @throws TypeError for what {@link scheme} didn't make, a format in its place say. */
export function checkScheme(given: Scheme): void {
  const { weights, activations } = given ?? {};
  if (isFormat(weights) || isFormat(activations)) return;
  throw new TypeError(
    `invalid scheme: ${String(given)} (expected q.scheme({ weights: q.int(8), activations: q.uint(8) }))`,
  );
}

function check(what: string, format: unknown, example: string): void {
  if (format === undefined) return;
  if (isFormat(format)) return;
  throw new TypeError(
    `invalid ${what}: ${String(format)} (expected a format, as in ${what}: ${example})`,
  );
}
