import type { GradConfig, KernelConfig, KernelFunc } from "@tensorflow/tfjs";
import { nodeBackend, type OpAttribute, typeAttribute } from "../../nodeBackend.js";
import { tf } from "../../tf.js";

/** @internal Puts back what was there. */
export type Restore = () => void;

/** @internal Gives a method of an object another body, which gets the original as its first argument. */
export function replaceMethod<O extends object, K extends keyof O>(
  target: O,
  name: K,
  make: (original: O[K]) => O[K],
): Restore {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    value: make(target[name]),
  });
  return () => {
    if (own) Object.defineProperty(target, name, own);
    else delete target[name];
  };
}

/**
 * @internal
 * Gives an op of tfjs's another gradient. Gradients of gradients are tfjs's own: those of native
 * ops would have none.
 *
 * @param change gets the registered gradient, which saves the same tensors, and returns what differs
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
 * @param change gets the registered one
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

/** @internal How many gradients are being taken where the program is now. */
export function gradientDepth(): number {
  return (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth;
}

/** @internal Runs an op of floats that makes one tensor. */
export function run(name: string, inputs: tf.Tensor[], attributes: OpAttribute[] = []): tf.Tensor {
  const all = [typeAttribute("T", "float32"), ...attributes];
  return nodeBackend().executeSingleOutput(name, all, inputs);
}
