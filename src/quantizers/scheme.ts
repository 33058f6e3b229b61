import { checkBits, checkOptions, entryOf, isMeant, isPattern } from "../arguments/index.js";
import { type IntegerFormat, isFormat, withBits } from "./formats/integer.js";
import { formatsNamed, type NamedSchemeOptions } from "./namedScheme.js";

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
  /** The formats of single layers, by their names or by patterns of names. */
  readonly layers: Readonly<Record<string, LayerFormats>>;
  /** The formats of types of layers, by the name of the type, as in `Dense`. */
  readonly types: Readonly<Record<string, LayerFormats>>;
  /** Names, patterns of names and types of layers that stay in float32. */
  readonly exclude: readonly string[];
  /** The width of the first and the last layer with weights; `undefined` if it is the other layers' width. */
  readonly firstAndLast: number | undefined;
  /** The scheme in words, e.g. `W3A3`. */
  toString(): string;
}

/** Options of {@link scheme}. */
export interface SchemeOptions {
  /** The format of weights: kernels, recurrent kernels, embeddings. Default: float32. */
  weights?: IntegerFormat;
  /** The format of the input and of layers' outputs. Default: float32. */
  activations?: IntegerFormat;
  /**
   * Other formats for single layers, by name or by a pattern of names: in `{ "block_*": { weights: q.int(4) } }` the `*`
   * stands for any characters, a `?` for one. `undefined` for float32. A name comes before patterns; of several patterns
   * that match, the last one counts.
   */
  layers?: Record<string, LayerFormats>;
  /** Other formats for types of layers, as in `{ Dense: { weights: q.int(8) } }`. */
  types?: Record<string, LayerFormats>;
  /** Names, patterns of names (`"*_se_*"`) or types of layers that stay in float32, whatever they are. */
  exclude?: readonly string[];
  /**
   * The width, in bits, of the weights of the first and the last layer with weights, and of the activations
   * that these weights are multiplied with. Default: the other layers' width.
   */
  firstAndLast?: number;
}

/**
 * The number formats of a model's weights and activations. Biases stay float32, and so does the
 * model's output, the logits, unless `layers` has activations for the layer that makes it, by its own name.
 *
 * A layer's formats are those of its name in `layers`; else it is left out if `exclude` says so; else its
 * formats are those of a pattern of `layers`, of its type, or of all layers, in this order. In the first and
 * the last layer with weights `firstAndLast` is the width, unless `layers` has formats for the layer's own
 * name. A pattern or a name that matches no layer of the model is refused when the model is quantized.
 *
 * Activations are per tensor, since one scale for each channel of an input can't be taken out of a convolution's sum. An
 * output that goes into a nonlinearity is quantized after it: its format belongs to the nonlinearity's name.
 *
 * @throws TypeError if a format isn't one, or if nothing is quantized; RangeError if `firstAndLast` isn't an integer from
 *   1 to 16
 * @example
 * const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
 * String(scheme); // "W3A3"
 * String(q.scheme({ weights: q.int(2), layers: { logits: { weights: q.int(8) } } })); // "W2A32, logits W8"
 * String(q.scheme({ weights: q.int(8), layers: { "*wise": { weights: q.int(4) } } })); // "W8A32, *wise W4"
 * String(q.scheme({ weights: q.int(2), firstAndLast: 8, exclude: ["Softmax"] })); // "W2A32, first and last 8, without Softmax"
 */
export function scheme(options?: SchemeOptions): Scheme;
/**
 * A scheme by its name: `"W3A3"` has weights of `q.int(3, { per: "channel" })` and activations of `q.uint(3)`, and
 * `"W3A32"` or `"W3"` leaves the activations in float32.
 *
 * @param name the bits of weights and of activations; 32 is float32
 * @param options `per: "tensor"` for one scale of all weights of a layer; all options of a scheme but its formats
 * @throws RangeError if the name isn't one, or if the bits aren't integers from 1 to 16, or 32
 * @example
 * String(q.scheme("W3A3").weights); // "int3 per channel"
 * String(q.scheme("W8A8", { per: "tensor", exclude: ["logits"] })); // "W8A8, without logits"
 */
export function scheme(name: string, options?: NamedSchemeOptions): Scheme;
export function scheme(first: SchemeOptions | string = {}, named: NamedSchemeOptions = {}): Scheme {
  const options = typeof first === "string" ? formatsNamed(first, named) : first;
  checkOptions<SchemeOptions>("q.scheme", options, {
    weights: true,
    activations: true,
    layers: true,
    types: true,
    exclude: true,
    firstAndLast: true,
  });
  const { weights, activations, layers = {}, types = {}, exclude = [], firstAndLast } = options;
  checkFormats({ weights, activations });
  const single = { layers: checkedTable("layers", layers), types: checkedTable("types", types) };
  checkExclude(exclude, layers);
  if (firstAndLast !== undefined) {
    checkBits(firstAndLast, { name: "firstAndLast", example: "firstAndLast: 8" });
  }
  const exceptions = [...Object.entries(single.layers), ...Object.entries(single.types)];
  if (
    !weights &&
    !activations &&
    !exceptions.some(([, formats]) => formats.weights || formats.activations)
  ) {
    throw new TypeError(
      "invalid scheme: nothing is quantized (expected q.scheme({ weights: q.int(8), activations: q.uint(8) }))",
    );
  }
  const name = [
    `W${bitsOf(weights)}A${bitsOf(activations)}`,
    ...exceptions.map(([name, formats]) => `${name} ${layerText(formats)}`),
    ...(firstAndLast === undefined ? [] : [`first and last ${firstAndLast}`]),
    ...(exclude.length > 0 ? [`without ${exclude.join(", ")}`] : []),
  ].join(", ");
  const formats = {
    weights,
    activations,
    ...single,
    exclude: Object.freeze([...exclude]),
    firstAndLast,
  };
  // Not enumerable, so that { ...scheme } has a scheme's options and nothing else.
  Object.defineProperty(formats, "toString", { value: () => name });
  return Object.freeze(formats) as Scheme;
}

/** @internal The name and the type by which a scheme finds the formats of a layer. */
export interface LayerIdentity {
  name: string;
  /** The result of `getClassName()`; default: a type without formats. */
  type?: string;
}

/** @internal Whether a scheme leaves a layer in float. */
export function isExcluded({ exclude }: Scheme, { name, type }: LayerIdentity): boolean {
  return exclude.some((pattern) => isMeant(pattern, name) || pattern === type);
}

/**
 * @internal
 * The formats of a layer: those of its name, else those of a pattern, of its type, or of all layers.
 *
 * @param ends which of the two formats have the width of `firstAndLast`
 */
export function formatsOf(
  scheme: Scheme,
  layer: LayerIdentity,
  ends = { weights: false, activations: false },
): LayerFormats {
  const { name, type } = layer;
  const named = Object.hasOwn(scheme.layers, name) ? scheme.layers[name]! : {};
  if (isExcluded(scheme, layer)) return { weights: undefined, activations: undefined, ...named };
  const typed = type !== undefined && Object.hasOwn(scheme.types, type) ? scheme.types[type] : {};
  const matched = entryOf(scheme.layers, name) ?? {};
  const all = { weights: scheme.weights, activations: scheme.activations, ...typed, ...matched };
  const widened = (role: keyof LayerFormats) => {
    const format = all[role];
    const widens = ends[role] && scheme.firstAndLast !== undefined;
    return format && widens ? withBits(format, scheme.firstAndLast) : format;
  };
  return { weights: widened("weights"), activations: widened("activations"), ...named };
}

/** @internal Whether a scheme names layers by patterns. */
export function hasPatterns({ layers, exclude }: Scheme): boolean {
  return [...Object.keys(layers), ...exclude].some(isPattern);
}

const bitsOf = (format: IntegerFormat | undefined) => format?.bits ?? 32;

function layerText(formats: LayerFormats): string {
  return [
    "weights" in formats ? `W${bitsOf(formats.weights)}` : "",
    "activations" in formats ? `A${bitsOf(formats.activations)}` : "",
  ].join("");
}

function checkedTable(
  option: "layers" | "types",
  table: Record<string, LayerFormats>,
): Record<string, LayerFormats> {
  const example = option === "layers" ? "conv" : "Dense";
  if (typeof table !== "object" || table === null) {
    throw new TypeError(
      `invalid ${option}: ${String(table)} (expected formats by names of ${option}, as in ${option}: { ${example}: { weights: q.int(8) } })`,
    );
  }
  const entries = Object.entries(table);
  for (const [name, formats] of entries) checkEntry(option, name, formats);
  return Object.freeze(
    Object.fromEntries(entries.map(([name, formats]) => [name, { ...formats }])),
  );
}

function checkEntry(option: string, name: string, formats: LayerFormats): void {
  const keys = Object.keys(Object(formats));
  const valid = keys.every((key) => key === "weights" || key === "activations");
  if (typeof formats !== "object" || formats === null || isFormat(formats) || !valid) {
    throw new TypeError(
      `invalid ${option}: ${name}: ${isFormat(formats) ? formats : keys.join(", ") || String(formats)} (expected as in ${option}: { ${name}: { weights: q.int(8) } })`,
    );
  }
  checkFormats(formats);
}

function checkExclude(exclude: readonly string[], layers: Record<string, LayerFormats>): void {
  const valid = Array.isArray(exclude) && exclude.every((name) => typeof name === "string");
  if (!valid) {
    throw new TypeError(
      `invalid exclude: ${String(exclude)} (expected names or types of layers, as in exclude: ["logits", "Softmax"])`,
    );
  }
  const twice = exclude.find((name) => Object.hasOwn(layers, name));
  if (twice === undefined) return;
  throw new TypeError(
    `invalid exclude: "${twice}" has formats in layers too (expected one of the two)`,
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

/** @internal @throws TypeError if the value isn't a scheme of {@link scheme}, for example if it is a format */
export function checkScheme(scheme: Scheme): void {
  const { weights, activations, layers = {}, types = {} } = scheme ?? {};
  const isScheme = Array.isArray(scheme?.exclude);
  const formats = [{ weights, activations }, ...Object.values(layers), ...Object.values(types)];
  if (isScheme && formats.some((entry) => isFormat(entry.weights) || isFormat(entry.activations)))
    return;
  throw new TypeError(
    `invalid scheme: ${String(scheme)} (expected q.scheme({ weights: q.int(8), activations: q.uint(8) }))`,
  );
}

function check(option: string, format: unknown, example: string): void {
  if (format === undefined) return;
  if (isFormat(format)) return;
  throw new TypeError(
    `invalid ${option}: ${String(format)} (expected a format, as in ${option}: ${example})`,
  );
}
