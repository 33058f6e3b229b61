import * as q from "../../../../src/index.js";

const { tf } = q;
type Tensor = q.tf.Tensor;

/** A function of tensors, whichever. */
export type Fn = (...args: any[]) => Tensor | Tensor[];

/** An op of TensorFlow.js's: its name, a function that runs it, arguments for that. */
export type Operation = [name: string, fn: Fn, makeArguments: () => Tensor[]];

/** The function of the first argument's gradient; the others are constants to it. */
export const gradient = (fn: Fn): Fn => {
  return (x, ...rest) => tf.grad((x) => (fn(x, ...rest) as Tensor).square().sum() as never)(x);
};
