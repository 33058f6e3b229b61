import type { KernelAddon } from "../loading/loaded.js";
import { kernelAddon } from "../tf.js";

let suspended = 0;

/** @internal Whether the library's own kernels compute. Each has a twin of TensorFlow's ops, for where they don't. */
export function hasKernels(): boolean {
  return typeof kernelAddon !== "string" && suspended === 0;
}

/** @internal The functions of the kernels that take JavaScript's arrays (native/histogram.cc), where they compute. */
export function arrayKernels(): Pick<KernelAddon, "ends" | "tally"> | undefined {
  return typeof kernelAddon !== "string" && hasKernels() ? kernelAddon : undefined;
}

/** @internal Runs a function with TensorFlow's ops alone, as a graph needs them that others read. */
export function withoutKernels<T>(run: () => T): T {
  suspended++;
  try {
    return run();
  } finally {
    suspended--;
  }
}
