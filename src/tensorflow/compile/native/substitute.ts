import type { GradConfig, KernelConfig, KernelFunc } from "@tensorflow/tfjs";
import { nodeBackend, type OpAttribute, typeAttribute } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";

/** @internal Puts the original back. */
export type Restore = () => void;

/** @internal Gives a method of an object another body, which gets the original as its first argument. */
export function replaceMethod<O extends object, K extends keyof O>(
  target: O,
  name: K,
  make: (original: O[K]) => O[K],
): Restore {
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    value: make(target[name]),
  });
  return () => {
    if (descriptor) Object.defineProperty(target, name, descriptor);
    else delete target[name];
  };
}

/**
 * @internal
 * Gives an op of tfjs's another gradient. While a gradient of a gradient is taken, tfjs's own gradients stay,
 * since native ops have no gradients.
 *
 * @param change gets the registered gradient, which saves the same tensors, and returns the fields that differ
 */
export function replaceGradient(
  op: string,
  change: (original: GradConfig) => Partial<GradConfig> & Pick<GradConfig, "gradFunc">,
): Restore {
  const original = tf.getGradient(op);
  const changed = { ...original, ...change(original) };
  const set = (config: GradConfig) => {
    tf.unregisterGradient(op);
    tf.registerGradient(config);
  };
  set({
    ...changed,
    gradFunc: (...args) => (gradientDepth() > 0 ? original : changed).gradFunc(...args),
  });
  return () => set(original);
}

/**
 * @internal
 * Gives a kernel of the native backend's another body; its gradient stays.
 *
 * @param change gets the registered kernel
 */
export function replaceKernel(
  kernelName: string,
  change: (original: KernelFunc) => KernelFunc,
): Restore {
  const backendName = tf.getBackend();
  const original = tf.getKernel(kernelName, backendName);
  const set = (config: KernelConfig) => {
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel(config);
  };
  set({ ...original, kernelFunc: change(original.kernelFunc) });
  return () => set(original);
}

/** @internal How many gradients, one inside the other, are being taken now. */
export function gradientDepth(): number {
  return (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth;
}

/** @internal Runs an op of floats that makes one tensor. */
export function run(name: string, inputs: tf.Tensor[], attributes: OpAttribute[] = []): tf.Tensor {
  const all = [typeAttribute("T", "float32"), ...attributes];
  return nodeBackend().executeSingleOutput(name, all, inputs);
}
