import { type IntegerFormat, isFormat } from "./format.js";

/** The formats of one layer. */
export interface LayerFormats {
  /** The format of its kernel; `undefined` leaves it in float32. */
  readonly weights?: IntegerFormat | undefined;
  /** The format of its output; `undefined` leaves it in float32. */
  readonly activations?: IntegerFormat | undefined;
}

/** How a model is quantized. */
export interface Scheme {
  /** The format of kernels; `undefined` leaves them in float32. */
  readonly weights: IntegerFormat | undefined;
  /** The format of the input and of layers' outputs; `undefined` leaves them in float32. */
  readonly activations: IntegerFormat | undefined;
  /** What is different in single layers, by their names. */
  readonly layers: Readonly<Record<string, LayerFormats>>;
  /** E.g. `W3A3`. */
  toString(): string;
}

/**
 * The number formats of a model's weights and activations. Biases stay float32, and so does the
 * model's output, the logits.
 *
 * @param options `weights` and `activations`, for all layers; activations are per tensor,
 *   since one scale for each channel of an input can't be taken out of a convolution's sum; `layers`,
 *   other formats for single layers by their names (mixed precision), `undefined` for float32. An output
 *   that goes into a nonlinearity is quantized after it: its format belongs to the nonlinearity's name.
 * @throws TypeError for anything but formats, and where nothing is quantized
 * @example
 * const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
 * String(scheme); // "W3A3"
 * String(q.scheme({ weights: q.int(2), layers: { logits: { weights: q.int(8) } } })); // "W2A32, logits W8"
 */
export function scheme({
  weights,
  activations,
  layers = {},
}: {
  weights?: IntegerFormat;
  activations?: IntegerFormat;
  layers?: Record<string, LayerFormats>;
} = {}): Scheme {
  checkFormats({ weights, activations });
  if (typeof layers !== "object" || layers === null) {
    throw new TypeError(
      `invalid layers: ${String(layers)} (expected formats by names of layers, as in layers: { conv: { weights: q.int(8) } })`,
    );
  }
  for (const [name, formats] of Object.entries(layers)) checkLayer(name, formats);
  const single = Object.entries(layers).map(([name, formats]) => [name, { ...formats }] as const);
  if (!weights && !activations && !single.some(([, one]) => one.weights || one.activations)) {
    throw new TypeError(
      "invalid scheme: nothing is quantized (expected q.scheme({ weights: q.int(8), activations: q.uint(8) }))",
    );
  }
  const words = single.map(([name, formats]) => `${name} ${layerText(formats)}`);
  const name = [`W${bitsOf(weights)}A${bitsOf(activations)}`, ...words].join(", ");
  const own = Object.freeze(Object.fromEntries(single));
  return Object.freeze({ weights, activations, layers: own, toString: () => name });
}

/** @internal The formats of a layer of that name: its own where it has some, else those of all. */
export function formatsOf(scheme: Scheme, name: string): LayerFormats {
  const own = Object.hasOwn(scheme.layers, name) ? scheme.layers[name] : {};
  return { weights: scheme.weights, activations: scheme.activations, ...own };
}

const bitsOf = (format: IntegerFormat | undefined) => format?.bits ?? 32;

function layerText(formats: LayerFormats): string {
  return [
    "weights" in formats ? `W${bitsOf(formats.weights)}` : "",
    "activations" in formats ? `A${bitsOf(formats.activations)}` : "",
  ].join("");
}

function checkLayer(name: string, formats: LayerFormats): void {
  const keys = Object.keys(Object(formats));
  const known = keys.every((key) => key === "weights" || key === "activations");
  if (typeof formats !== "object" || formats === null || isFormat(formats) || !known) {
    throw new TypeError(
      `invalid layers: ${name}: ${isFormat(formats) ? formats : keys.join(", ") || String(formats)} (expected as in layers: { ${name}: { weights: q.int(8) } })`,
    );
  }
  checkFormats(formats);
}

function checkFormats({ weights, activations }: LayerFormats): void {
  check("weights", weights, "q.int(8)");
  check("activations", activations, "q.uint(8)");
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
}

/** @internal @throws TypeError for what {@link scheme} didn't make, a format in its place say. */
export function checkScheme(given: Scheme): void {
  const { weights, activations, layers = {} } = given ?? {};
  const formats = [{ weights, activations }, ...Object.values(layers)];
  if (formats.some((one) => isFormat(one.weights) || isFormat(one.activations))) return;
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
