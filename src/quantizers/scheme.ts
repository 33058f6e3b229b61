import { type IntegerFormat, isFormat, withBits } from "./format.js";

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
  /** What is different in types of layers, as in `Dense`. */
  readonly types: Readonly<Record<string, LayerFormats>>;
  /** Names and types of layers that stay in float32. */
  readonly exclude: readonly string[];
  /** The width of the first and the last layer with weights; `undefined`: as the others. */
  readonly firstAndLast: number | undefined;
  /** E.g. `W3A3`. */
  toString(): string;
}

/** Options of {@link scheme}. */
export interface SchemeOptions {
  /** The format of weights: kernels, recurrent kernels, embeddings. Default: float32. */
  weights?: IntegerFormat;
  /** The format of the input and of layers' outputs. Default: float32. */
  activations?: IntegerFormat;
  /** Other formats for single layers, by name; `undefined` for float32. */
  layers?: Record<string, LayerFormats>;
  /** Other formats for types of layers, as in `{ Dense: { weights: q.int(8) } }`. */
  types?: Record<string, LayerFormats>;
  /** Names or types of layers that stay in float32, whatever they are. */
  exclude?: readonly string[];
  /**
   * The width of the first and the last layer with weights: of their weights, and of the values that they
   * multiply them with. Default: as the others.
   */
  firstAndLast?: number;
}

/**
 * The number formats of a model's weights and activations. Biases stay float32, and so does the
 * model's output, the logits.
 *
 * What is said of a layer by its name comes first, then `exclude`, then `types`, then what is said of all. In the first
 * and the last layer with weights `firstAndLast` is the width, unless the layer's own name says another.
 *
 * @param options `weights` and `activations`, for all layers; activations are per tensor,
 *   since one scale for each channel of an input can't be taken out of a convolution's sum; `layers`,
 *   other formats for single layers by their names (mixed precision), `undefined` for float32; `types`, the same
 *   for types of layers; `exclude`, names or types of layers that stay in float32; `firstAndLast`, the width of the
 *   first and last layer with weights, usually 8. An output that goes into a nonlinearity is quantized after it:
 *   its format belongs to the nonlinearity's name.
 * @throws TypeError for anything but formats, and where nothing is quantized; RangeError for another width
 * @example
 * const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
 * String(scheme); // "W3A3"
 * String(q.scheme({ weights: q.int(2), layers: { logits: { weights: q.int(8) } } })); // "W2A32, logits W8"
 * String(q.scheme({ weights: q.int(2), firstAndLast: 8, exclude: ["Softmax"] })); // "W2A32, first and last 8, without Softmax"
 */
export function scheme({
  weights,
  activations,
  layers = {},
  types = {},
  exclude = [],
  firstAndLast,
}: SchemeOptions = {}): Scheme {
  checkFormats({ weights, activations });
  const single = { layers: checkedTable("layers", layers), types: checkedTable("types", types) };
  checkExclude(exclude, layers);
  if (firstAndLast !== undefined) checkWidth(firstAndLast);
  const own = [...Object.entries(single.layers), ...Object.entries(single.types)];
  if (!weights && !activations && !own.some(([, one]) => one.weights || one.activations)) {
    throw new TypeError(
      "invalid scheme: nothing is quantized (expected q.scheme({ weights: q.int(8), activations: q.uint(8) }))",
    );
  }
  const name = [
    `W${bitsOf(weights)}A${bitsOf(activations)}`,
    ...own.map(([name, formats]) => `${name} ${layerText(formats)}`),
    ...(firstAndLast === undefined ? [] : [`first and last ${firstAndLast}`]),
    ...(exclude.length > 0 ? [`without ${exclude.join(", ")}`] : []),
  ].join(", ");
  return Object.freeze({
    weights,
    activations,
    ...single,
    exclude: Object.freeze([...exclude]),
    firstAndLast,
    toString: () => name,
  });
}

/** @internal What a scheme knows a layer by. */
export interface LayerIdentity {
  name: string;
  /** What `getClassName()` gives; default: a type that has no formats of its own. */
  type?: string;
}

/** @internal Whether a scheme leaves a layer in float. */
export function isExcluded({ exclude }: Scheme, { name, type }: LayerIdentity): boolean {
  return exclude.includes(name) || (type !== undefined && exclude.includes(type));
}

/**
 * @internal
 * The formats of a layer: its own where it has some, else those of its type, else those of all.
 *
 * @param ends which of them the first or last layer with weights uses
 */
export function formatsOf(
  scheme: Scheme,
  layer: LayerIdentity,
  ends = { weights: false, activations: false },
): LayerFormats {
  const { name, type } = layer;
  const own = Object.hasOwn(scheme.layers, name) ? scheme.layers[name]! : {};
  if (isExcluded(scheme, layer)) return { weights: undefined, activations: undefined, ...own };
  const typed = type !== undefined && Object.hasOwn(scheme.types, type) ? scheme.types[type] : {};
  const all = { weights: scheme.weights, activations: scheme.activations, ...typed };
  const widened = (part: keyof LayerFormats) => {
    const format = all[part];
    const widens = ends[part] && scheme.firstAndLast !== undefined;
    return format && widens ? withBits(format, scheme.firstAndLast!) : format;
  };
  return { weights: widened("weights"), activations: widened("activations"), ...own };
}

const bitsOf = (format: IntegerFormat | undefined) => format?.bits ?? 32;

function layerText(formats: LayerFormats): string {
  return [
    "weights" in formats ? `W${bitsOf(formats.weights)}` : "",
    "activations" in formats ? `A${bitsOf(formats.activations)}` : "",
  ].join("");
}

function checkedTable(
  what: "layers" | "types",
  given: Record<string, LayerFormats>,
): Record<string, LayerFormats> {
  const example = what === "layers" ? "conv" : "Dense";
  if (typeof given !== "object" || given === null) {
    throw new TypeError(
      `invalid ${what}: ${String(given)} (expected formats by names of ${what}, as in ${what}: { ${example}: { weights: q.int(8) } })`,
    );
  }
  const entries = Object.entries(given);
  for (const [name, formats] of entries) checkEntry(what, name, formats);
  return Object.freeze(Object.fromEntries(entries.map(([name, one]) => [name, { ...one }])));
}

function checkEntry(what: string, name: string, formats: LayerFormats): void {
  const keys = Object.keys(Object(formats));
  const known = keys.every((key) => key === "weights" || key === "activations");
  if (typeof formats !== "object" || formats === null || isFormat(formats) || !known) {
    throw new TypeError(
      `invalid ${what}: ${name}: ${isFormat(formats) ? formats : keys.join(", ") || String(formats)} (expected as in ${what}: { ${name}: { weights: q.int(8) } })`,
    );
  }
  checkFormats(formats);
}

function checkExclude(exclude: readonly string[], layers: Record<string, LayerFormats>): void {
  const valid = Array.isArray(exclude) && exclude.every((one) => typeof one === "string");
  if (!valid) {
    throw new TypeError(
      `invalid exclude: ${String(exclude)} (expected names or types of layers, as in exclude: ["logits", "Softmax"])`,
    );
  }
  const twice = exclude.find((one) => Object.hasOwn(layers, one));
  if (twice === undefined) return;
  throw new TypeError(
    `invalid exclude: "${twice}" has formats in layers too (expected one of the two)`,
  );
}

function checkWidth(bits: number): void {
  if (Number.isInteger(bits) && bits >= 1 && bits <= 16) return;
  throw new RangeError(
    `invalid firstAndLast: ${bits} (expected an integer from 1 to 16, as in firstAndLast: 8)`,
  );
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
  const { weights, activations, layers = {}, types = {} } = given ?? {};
  const made = Array.isArray(given?.exclude);
  const formats = [{ weights, activations }, ...Object.values(layers), ...Object.values(types)];
  if (made && formats.some((one) => isFormat(one.weights) || isFormat(one.activations))) return;
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
