import { clampOf } from "../arithmetic/index.js";
import type { PoolOp } from "../program/index.js";
import { type Context, narrow, type Step } from "./context.js";
import { type Geometry, geometryOf } from "./geometry.js";

/** The largest or the mean code of each window; the padding is left out. */
export function pool2d(op: PoolOp, context: Context): Step {
  const [input] = op.inputs as [number];
  const output = context.tensor(op.output);
  const geometry = geometryOf(context.tensor(input), output, op.size, op);
  const x = narrow(context, input);
  const out = narrow(context, op.output);
  const { smallest, largest } = clampOf(op.activation, output);
  const pool = op.type === "maxPool2d" ? maximum : average;
  return () => pool(x, geometry, smallest, largest, out);
}

function maximum(
  x: Int16Array,
  geometry: Geometry,
  smallest: number,
  largest: number,
  out: Int16Array,
): void {
  const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = geometry;
  const { strideY, strideX, padTop, padLeft } = geometry;
  let to = 0;
  for (let row = 0; row < outHeight; row++) {
    const top = Math.max(0, row * strideY - padTop);
    const bottom = Math.min(height, row * strideY - padTop + kernelHeight);
    for (let column = 0; column < outWidth; column++) {
      const left = Math.max(0, column * strideX - padLeft);
      const right = Math.min(width, column * strideX - padLeft + kernelWidth);
      for (let c = 0; c < channels; c++) {
        let code = smallest;
        for (let y = top; y < bottom; y++) {
          for (let xx = left; xx < right; xx++) {
            const value = x[(y * width + xx) * channels + c]!;
            if (value > code) code = value;
          }
        }
        out[to++] = Math.min(largest, code);
      }
    }
  }
}

/** The sum of the codes, half a window's size added away from zero, divided without the fraction. */
function average(
  x: Int16Array,
  geometry: Geometry,
  smallest: number,
  largest: number,
  out: Int16Array,
): void {
  const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = geometry;
  const { strideY, strideX, padTop, padLeft } = geometry;
  let to = 0;
  for (let row = 0; row < outHeight; row++) {
    const top = Math.max(0, row * strideY - padTop);
    const bottom = Math.min(height, row * strideY - padTop + kernelHeight);
    for (let column = 0; column < outWidth; column++) {
      const left = Math.max(0, column * strideX - padLeft);
      const right = Math.min(width, column * strideX - padLeft + kernelWidth);
      const count = (bottom - top) * (right - left);
      const half = count >> 1;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let y = top; y < bottom; y++) {
          for (let xx = left; xx < right; xx++) sum += x[(y * width + xx) * channels + c]!;
        }
        const code = ((sum > 0 ? sum + half : sum - half) / count) | 0;
        out[to++] = Math.max(smallest, Math.min(largest, code));
      }
    }
  }
}
