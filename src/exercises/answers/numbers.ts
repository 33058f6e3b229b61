import { tf } from "../../tensorflow/index.js";
import { type Kind, open } from "../exercise.js";
import { describe, type NumberOptions, near, short } from "./number.js";

/** @internal Numbers in order: a list, which may be nested as tensors are, a typed array or a tensor. */
export function numbers({ tolerance }: NumberOptions = {}): Kind<Nested | tf.Tensor> {
  return {
    compare(answer, expected) {
      if (answer === undefined) return open;
      const actual = tensorOf(answer);
      if (!actual) return `numbers are asked for, not ${describe(answer)}`;
      const solution = tensorOf(expected)!;
      if (String(actual.shape) !== String(solution.shape)) {
        return `its shape is [${actual.shape.join(", ")}], not the shape that is asked for`;
      }
      const wrong = actual.values.findIndex(
        (value, i) => !near(value, solution.values[i]!, tolerance),
      );
      if (wrong < 0) return undefined;
      return `the number at index ${wrong}, ${short(actual.values[wrong]!)}, isn't right`;
    },
  };
}

/** Numbers as nested lists, the way tensors are written. */
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
