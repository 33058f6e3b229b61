import type { Attribute } from "../attributes.js";

/** The window of a convolution or a pooling, its axes in the order height, width. */
interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations?: readonly [number, number];
  readonly padding: "same" | "valid";
}

/** @internal ONNX's attributes of a window over an input `[batch, height, width, channels]`. */
export function windowAttributes(
  input: readonly number[],
  { size, strides, dilations = [1, 1], padding }: Window,
): Record<string, Attribute> {
  const total = size.map((length, i) => {
    const inside = input[i + 1]!;
    const steps = Math.ceil(inside / strides[i]!);
    const reach = (steps - 1) * strides[i]! + (length - 1) * dilations[i]! + 1;
    return padding === "same" ? Math.max(0, reach - inside) : 0;
  });
  return {
    kernel_shape: { ints: [...size] },
    strides: { ints: [...strides] },
    pads: { ints: padsOf(total) },
  };
}

/** @internal The paddings before and after, of which TensorFlow puts the odd one after. */
export function padsOf(total: readonly number[]): number[] {
  const before = total.map((length) => Math.floor(length / 2));
  return [...before, ...total.map((length, i) => length - before[i]!)];
}
