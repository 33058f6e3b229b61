import type { MimeBundle } from "./mime.js";
import { bytes, shortNumber } from "./numbers.js";
import { type Column, table } from "./table.js";

/**
 * How a layer is quantized, as the layer's method `quantization()` reports it. Both quantizers are
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
  /** The type of the inner layer, e.g. `"Conv2D"`, if this layer wraps another. */
  type?: string | undefined;
  /** The quantizer of the kernel; biases and other vectors stay floats. */
  weights?: QuantizedPart | undefined;
  /** The quantizer of the layer's output. */
  activations?: QuantizedPart | undefined;
}

/** A quantizer: its width in bits, the values that share one scale, and the range that it covers. */
export interface QuantizedPart {
  bits: number;
  per?: "tensor" | "channel" | "group" | "token";
  min?: number;
  max?: number;
}

/**
 * The parts of a tfjs Layers model that are used here. A model is recognised by its properties, so tfjs
 * isn't loaded.
 */
export interface ModelLike {
  name?: string;
  layers: LayerLike[];
  countParams(): number;
  predict(...inputs: unknown[]): unknown;
}

type Shape = (number | null)[];

interface LayerLike {
  name: string;
  getClassName(): string;
  /** The calls of the layer. */
  inboundNodes: { outputShapes: Shape | Shape[] }[];
  /** The outputs of a model. */
  outputs?: { shape: Shape }[];
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
 * weights. Weights of a quantized layer that have two or more dimensions count with the layer's bits; all
 * other weights count with 32 bits.
 */
export function formatModel(model: ModelLike): MimeBundle {
  let total = 0;
  let quantized = false;
  const rows = model.layers.map((layer) => {
    const quantization = layer.quantization?.() ?? {};
    quantized ||= quantization.weights !== undefined || quantization.activations !== undefined;
    const parameters = layer.weights.reduce((sum, weight) => sum + sizeOf(weight.shape), 0);
    const size = storedBytes(layer.weights, quantization.weights?.bits);
    total += size;
    return [
      layer.name,
      quantization.type ?? layer.getClassName(),
      shapesText(layer),
      parameters > 0 ? shortNumber(parameters) : "–",
      parameters > 0 || quantization.weights ? partText(quantization.weights) : "–",
      partText(quantization.activations),
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

/** The shapes of a layer's outputs, those of several calls if they differ. */
function shapesText({ inboundNodes, outputs = [] }: LayerLike): string {
  const called = inboundNodes.map(({ outputShapes }) => outputShapes);
  // The first model of a sequential one isn't called.
  const shapes = called.length > 0 ? called : outputs.map(({ shape }) => shape);
  return [...new Set(shapes.map(shapeText))].join(", ");
}

/** A shape as text: `[null, 8, 8]`, the batch first, becomes `? × 8 × 8`. */
function shapeText(shape: Shape | Shape[]): string {
  if (Array.isArray(shape[0])) return (shape as Shape[]).map(shapeText).join(", ");
  return (shape as Shape).map((size) => size ?? "?").join(" × ");
}
