/**
 * The machine's limit, measured in the same rounds as the steps: how fast it multiplies matrices, and how fast it
 * copies.
 */
import * as q from "../../../dist/index.js";

/** Parts of the library that its types don't name. */
const { Recorder } = /** @type {any} */ (
  await import("../../../dist/tensorflow/compile/recorder.js")
);
const { workOf } = /** @type {any} */ (await import("../../../dist/tensorflow/compile/work.js"));
const { tf } = q;
const side = 1024;
const copied = 2 ** 24;

/**
 * The programs that measure the limit, by name: how much a step of each does, and the function that takes steps.
 *
 * @type {Record<string, { work: number, make: () => (steps: number) => number }>}
 */
export const limits = {
  // Two operations for a multiplication and its addition.
  product: {
    work: 2 * side ** 3,
    make() {
      const [a, b] = [1, 2].map((seed) => tf.randomNormal([side, side], 0, 1, "float32", seed));
      return repeated((a, b) => tf.matMul(a, b), [a, b]);
    },
  },
  // Bytes that are read and written.
  copy: {
    work: 2 * 4 * copied,
    make: () => repeated((x) => tf.neg(x), [tf.ones([copied])]),
  },
};

/**
 * @param {(...tensors: any[]) => import("@tensorflow/tfjs").Tensor} fn
 * @param {import("@tensorflow/tfjs").Tensor[]} tensors
 */
function repeated(fn, tensors) {
  const run = q.compile(fn);
  return (/** @type {number} */ steps) => {
    for (let i = 0; i < steps; i++) run(...tensors).dispose();
    return 0;
  };
}

/**
 * The operations of the products and convolutions in a step, two for a multiplication and its addition.
 *
 * @param {() => import("@tensorflow/tfjs").Tensor} step
 */
export function operationsOf(step) {
  /** @type {import("@tensorflow/tfjs").Tensor | undefined} */
  let loss;
  const trace = new Recorder().record([], () => {
    loss = step();
    return [/** @type {any} */ (loss)];
  });
  tf.dispose([trace.held, loss ?? []]);
  return 2 * workOf(trace, { ofValues: 0 });
}
