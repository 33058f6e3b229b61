import { tf } from "../../tensorflow/index.js";
import { type Kind, open } from "../exercise.js";
import { describe, type NumberOptions, near, short } from "./number.js";

/** @internal Numbers in their order: a list, nested as a tensor is, a typed array or a tensor. */
export function numbers({ tolerance }: NumberOptions = {}): Kind<Nested | tf.Tensor> {
  return {
    compare(answer, expected) {
      if (answer === undefined) return open;
      const given = tensorOf(answer);
      if (!given) return `numbers are asked for, not ${describe(answer)}`;
      const wanted = tensorOf(expected)!;
      if (String(given.shape) !== String(wanted.shape)) {
        return `its shape is [${given.shape.join(", ")}], not the one that is asked for`;
      }
      const wrong = given.values.findIndex(
        (value, i) => !near(value, wanted.values[i]!, tolerance),
      );
      if (wrong < 0) return undefined;
      return `the number at index ${wrong}, ${short(given.values[wrong]!)}, isn't right`;
    },
  };
}

/** Numbers as tensors are written. */
export type Nested = ArrayLike<number> | readonly Nested[];

function tensorOf(value: unknown): { shape: number[]; values: number[] } | undefined {
  if (value instanceof tf.Tensor)
    return { shape: value.shape, values: Array.from(value.dataSync()) };
  if (ArrayBuffer.isView(value)) {
    const values = Array.from(value as Float32Array);
    return { shape: [values.length], values };
  }
  if (!Array.isArray(value)) return undefined;
  if (value.every((entry) => typeof entry === "number")) {
    return { shape: [value.length], values: value };
  }
  const parts = value.map(tensorOf);
  const [first] = parts;
  const alike = parts.every((part) => part && String(part.shape) === String(first?.shape));
  if (!alike || !first) return undefined;
  return { shape: [value.length, ...first.shape], values: parts.flatMap((part) => part!.values) };
}
