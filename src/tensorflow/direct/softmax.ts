import { type DirectKernel, floats, resultFloats } from "./kernel.js";

/** @internal `Softmax` over the last axis, with the roundings of tfjs's kernel. */
export const softmax: DirectKernel = ({ inputs: { logits }, backend, attrs: { dim } }) => {
  const x = floats(backend, logits);
  const rank = logits?.shape.length ?? 0;
  if (!x || (dim !== -1 && dim !== rank - 1) || x.length === 0) return undefined;
  const width = logits!.shape.at(-1)!;
  const out = resultFloats(backend, x.length);
  for (let start = 0; start < x.length; start += width) {
    let max = x[start]!;
    for (let i = start; i < start + width; i++) {
      if (x[i]! > max || Number.isNaN(x[i]!)) max = x[i]!;
    }
    let sum = 0;
    for (let i = start; i < start + width; i++) {
      out[i] = Math.exp(Math.fround(x[i]! - max));
      sum += out[i]!;
    }
    const total = Math.fround(sum);
    for (let i = start; i < start + width; i++) out[i] = out[i]! / total;
  }
  return backend.makeTensorInfo(logits!.shape, "float32", out);
};
