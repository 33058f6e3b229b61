import { html } from "./html.js";
import type { MimeBundle } from "./mime.js";
import { shortNumber } from "./numbers.js";
import { tensorImage } from "./tensor-image.js";

/** What is used of a tfjs tensor or variable; recognised by shape, so tfjs isn't loaded. */
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

/** A tensor's values in its text form are cut after this many lines. */
const maxLines = 14;

/** A tensor as its type, shape, summary and a small heat map; its text form prints first values. */
export function formatTensor(tensor: TensorLike): MimeBundle {
  const head = `tensor ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  if (tensor.isDisposed) return { "text/plain": `${head}, disposed: its values are freed` };
  const values = tensor.dataSync();
  if (tensor.dtype === "string") return textBundle(head, [], printed(tensor));
  const numbers = tensor.dtype === "complex64" ? magnitudes(values as number[]) : values;
  const summary = summarize(numbers as ArrayLike<number>);
  const facts = factsOf(tensor.dtype, summary, tensor.size);
  const image = tensorImage(numbers as ArrayLike<number>, tensor.shape, summary);
  return {
    ...textBundle(head, facts, printed(tensor)),
    "text/html": String(
      html`<div class="qatlab-tensor"><div><b>${head}</b></div><div>${facts.join(" · ")}</div>${image}</div>`,
    ),
  };
}

function textBundle(head: string, facts: string[], values: string): MimeBundle {
  const summary = facts.length > 0 ? `\n${facts.join("  ")}` : "";
  return { "text/plain": `${head}${summary}${values ? `\n${values}` : ""}` };
}

interface Summary {
  min: number;
  max: number;
  mean: number;
  nonzero: number;
  nan: number;
  infinite: number;
}

/** Minimum, maximum and mean of the finite values, and how many others there are. */
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
