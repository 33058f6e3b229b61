import { clampOf, multipliersOf, requantize } from "../arithmetic/index.js";
import type { BinaryOp } from "../program/index.js";
import { broadcast } from "./broadcast.js";
import { type Context, narrow, type Step, scaleOf, zeroPointOf } from "./context.js";

/** A product, entry by entry. */
export function multiply(op: BinaryOp, context: Context): Step {
  const [first, second] = op.inputs as [number, number];
  const output = context.tensor(op.output);
  const x = broadcast(context, first, output.shape);
  const y = broadcast(context, second, output.shape);
  const out = narrow(context, op.output);
  const products = context.accumulators(out.length);
  const [left, right] = [context.tensor(first), context.tensor(second)];
  const scales = Float32Array.of(scaleOf(right));
  // XNNPACK takes no 16-bit codes.
  const kernel = output.type === "int16" ? "tflite-reference" : context.kernel;
  const requantization = {
    ...multipliersOf(scaleOf(left), scales, scaleOf(output), 1, kernel),
    ...clampOf(op.activation, output),
    channels: 1,
    zeroPoint: zeroPointOf(output),
  };
  const delegated = kernel === "xnnpack" && delegatesProduct(requantization.factors[0]!);
  const rounding = delegated ? "float32" : "twice";
  return () => {
    x.run?.();
    y.run?.();
    multiplyAll(x.codes, zeroPointOf(left), y.codes, zeroPointOf(right), products);
    requantize(rounding, products, out, requantization);
  };
}

/** Whether XNNPACK takes a ratio of scales; it leaves other products to TensorFlow Lite. */
export function delegatesProduct(factor: number): boolean {
  return factor >= 2 ** -16 && factor < 2 ** 8;
}

function multiplyAll(
  x: Int16Array,
  zeroX: number,
  y: Int16Array,
  zeroY: number,
  products: Int32Array,
): void {
  for (let i = 0; i < products.length; i++) products[i] = Math.imul(x[i]! - zeroX, y[i]! - zeroY);
}
