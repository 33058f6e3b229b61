import type { MimeBundle } from "./mime.js";
import { bytes, shortNumber } from "./numbers.js";
import { type Column, table } from "./table.js";

/**
 * How a layer is quantized, as it reports itself through a method `quantization()`. Both parts are
 * optional; `undefined` means 32-bit floats.
 *
 * @example
 * class MyLayer extends tf.layers.Layer {
 *   quantization(): LayerQuantization {
 *     return { weights: { bits: 3, per: "channel" }, activations: { bits: 3, min: 0, max: 4.1 } };
 *   }
 * }
 */
export interface LayerQuantization {
  /** The type of the layer that computes, where this one wraps it, e.g. `"Conv2D"`. */
  type?: string | undefined;
  /** Of the kernel; biases and other vectors stay floats. */
  weights?: QuantizedPart | undefined;
  /** Of the layer's output. */
  activations?: QuantizedPart | undefined;
}

/** Width in bits, what shares one scale, and the range of values that it covers. */
export interface QuantizedPart {
  bits: number;
  per?: "tensor" | "channel" | "group" | "token";
  min?: number;
  max?: number;
}

/** What is used of a tfjs Layers model; recognised by shape, so tfjs isn't loaded. */
export interface ModelLike {
  name?: string;
  layers: LayerLike[];
  countParams(): number;
  predict(...inputs: unknown[]): unknown;
}

interface LayerLike {
  name: string;
  getClassName(): string;
  outputShape: (number | null)[] | (number | null)[][];
  weights: { shape: number[] }[];
  quantization?(): LayerQuantization | undefined;
}

export function isModel(value: object): value is ModelLike {
  const model = value as Partial<ModelLike>;
  return (
    Array.isArray(model.layers) &&
    typeof model.countParams === "function" &&
    typeof model.predict === "function"
  );
}

const columns: Column[] = [
  { name: "layer" },
  { name: "type" },
  { name: "output shape" },
  { name: "parameters", align: "right" },
  { name: "weights" },
  { name: "activations" },
  { name: "size", align: "right" },
];

/**
 * A model as a table: layers, output shapes, parameters, bits, ranges and the size of the stored
 * weights. A quantized layer's weights of two and more dimensions count with its bits, biases and
 * the rest with 32.
 */
export function formatModel(model: ModelLike): MimeBundle {
  let total = 0;
  let quantized = false;
  const rows = model.layers.map((layer) => {
    const how = layer.quantization?.() ?? {};
    quantized ||= how.weights !== undefined || how.activations !== undefined;
    const parameters = layer.weights.reduce((sum, weight) => sum + sizeOf(weight.shape), 0);
    const size = storedBytes(layer.weights, how.weights?.bits);
    total += size;
    return [
      layer.name,
      how.type ?? layer.getClassName(),
      shapeText(layer.outputShape),
      parameters > 0 ? shortNumber(parameters) : "–",
      parameters > 0 || how.weights ? partText(how.weights) : "–",
      partText(how.activations),
      size > 0 ? bytes(size) : "–",
    ];
  });
  const parameters = shortNumber(model.countParams());
  const kind = quantized ? "quantized model" : "model";
  const caption = `${kind} ${model.name ?? ""}: ${model.layers.length} layers, ${parameters} parameters, ${bytes(total)}`;
  return table(columns, rows, {
    caption,
    footer: ["total", "", "", parameters, "", "", bytes(total)],
  });
}

function partText(part: QuantizedPart | undefined): string {
  if (!part) return "float";
  const range =
    part.min === undefined || part.max === undefined
      ? ""
      : ` [${shortNumber(part.min)}, ${shortNumber(part.max)}]`;
  return `${part.bits} bit${part.bits === 1 ? "" : "s"}${part.per ? ` per ${part.per}` : ""}${range}`;
}

function storedBytes(weights: { shape: number[] }[], bits = 32): number {
  const bitsOf = (shape: number[]) => sizeOf(shape) * (shape.length >= 2 ? bits : 32);
  return weights.reduce((sum, { shape }) => sum + Math.ceil(bitsOf(shape) / 8), 0);
}

function sizeOf(shape: number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `[null, 8, 8]`, the batch first, as `? × 8 × 8`. */
function shapeText(shape: LayerLike["outputShape"]): string {
  if (Array.isArray(shape[0])) return (shape as (number | null)[][]).map(shapeText).join(", ");
  return (shape as (number | null)[]).map((size) => size ?? "?").join(" × ");
}
