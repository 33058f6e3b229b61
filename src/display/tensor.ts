import { html } from "./html.js";
import type { MimeBundle } from "./mime.js";
import { shortNumber } from "./numbers.js";
import { tensorImage } from "./tensorImage.js";

/**
 * The parts of a tfjs tensor or variable that are used here. A tensor is recognised by its properties, so
 * tfjs isn't loaded.
 */
export interface TensorLike {
  shape: number[];
  dtype: string;
  size: number;
  isDisposed: boolean;
  dataSync(): ArrayLike<number> | string[];
  toString(): string;
}

export function isTensor(value: object): value is TensorLike {
  const tensor = value as Partial<TensorLike>;
  return (
    Array.isArray(tensor.shape) &&
    typeof tensor.dtype === "string" &&
    typeof tensor.isDisposed === "boolean" &&
    typeof tensor.dataSync === "function"
  );
}

/** The values in a tensor's text form are cut after this many lines. */
const maxLines = 14;

/**
 * A tensor as its type, shape, summary and a small heat map; the text form prints the first values instead.
 */
export function formatTensor(tensor: TensorLike): MimeBundle {
  const text = { "text/plain": tensorText(tensor) };
  if (tensor.isDisposed || tensor.dtype === "string") return text;
  const numbers = numbersOf(tensor);
  const summary = summarize(numbers);
  const facts = factsOf(tensor.dtype, summary, tensor.size);
  const image = tensorImage(numbers, tensor.shape, summary);
  return {
    ...text,
    "text/html": String(
      html`<div class="qatlab-tensor"><div><b>${headOf(tensor)}</b></div><div>${facts.join(" · ")}</div>${image}</div>`,
    ),
  };
}

/** The text form of a tensor: its type and shape, the summary of its values, the first values. */
export function tensorText(tensor: TensorLike): string {
  if (tensor.isDisposed) return headOf(tensor);
  return [headOf(tensor), summaryLine(tensor), printed(tensor)].filter(Boolean).join("\n");
}

/** A tensor in a line: its type and shape, and its one value or the summary of its values. */
export function tensorInLine(tensor: TensorLike): string {
  if (tensor.isDisposed) return headOf(tensor);
  const values = tensor.size === 1 ? printed(tensor).trim() : summaryLine(tensor);
  return `${headOf(tensor)} ${values}`.trim();
}

function headOf({ dtype, shape, isDisposed }: TensorLike): string {
  const end = isDisposed ? ", disposed: its values are freed" : "";
  return `tensor ${dtype} [${shape.join(", ")}]${end}`;
}

function summaryLine(tensor: TensorLike): string {
  if (tensor.dtype === "string") return "";
  return factsOf(tensor.dtype, summarize(numbersOf(tensor)), tensor.size).join("  ");
}

function numbersOf(tensor: TensorLike): ArrayLike<number> {
  const values = tensor.dataSync() as ArrayLike<number>;
  return tensor.dtype === "complex64" ? magnitudes(values) : values;
}

interface Summary {
  min: number;
  max: number;
  mean: number;
  nonzero: number;
  nan: number;
  infinite: number;
}

/**
 * Minimum, maximum and mean of the finite values, the number of finite values that aren't zero, and the
 * numbers of NaN and infinite values.
 */
function summarize(values: ArrayLike<number>): Summary {
  let [min, max, sum, nonzero, nan, infinite] = [Number.POSITIVE_INFINITY, -Infinity, 0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    else {
      if (value < min) min = value;
      if (value > max) max = value;
      if (value !== 0) nonzero++;
      sum += value;
    }
  }
  return { min, max, mean: sum / (values.length - nan - infinite), nonzero, nan, infinite };
}

function factsOf(dtype: string, summary: Summary, size: number): string[] {
  if (size === 0) return ["empty"];
  if (dtype === "bool") return [`${shortNumber(summary.nonzero)} of ${shortNumber(size)} true`];
  const facts: string[] = [];
  if (summary.nan + summary.infinite < size) {
    const of = dtype === "complex64" ? "|z| " : "";
    facts.push(`${of}min ${shortNumber(summary.min)}`);
    facts.push(`mean ${shortNumber(summary.mean)}`, `max ${shortNumber(summary.max)}`);
  }
  facts.push(`NaN ${shortNumber(summary.nan)}`);
  if (summary.infinite > 0) facts.push(`±∞ ${shortNumber(summary.infinite)}`);
  return facts;
}

/** The values as tfjs prints them (it leaves out the middle of long dimensions), without its title. */
function printed(tensor: TensorLike): string {
  const lines = tensor.toString().split("\n");
  const values = lines[0] === "Tensor" ? lines.slice(1) : lines;
  return values.length <= maxLines
    ? values.join("\n")
    : `${values.slice(0, maxLines).join("\n")}\n…`;
}

function magnitudes(pairs: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: pairs.length / 2 }, (_, i) =>
    Math.hypot(pairs[2 * i]!, pairs[2 * i + 1]!),
  );
}
