import { describe, expect, it } from "vitest";
import { sessionOptions } from "../../../src/tensorflow/compile/sessionOptions.js";
import { workOf } from "../../../src/tensorflow/compile/work.js";
import { isNative, tf } from "../../../src/tensorflow/tf.js";
import { traceOf } from "./native/trace.js";

describe.runIf(isNative)("workOf(trace)", () => {
  const work = (run: () => tf.Tensor, args: tf.Tensor[] = []) => workOf(traceOf(run, args));

  it("counts the multiplications of matrix products", () => {
    const [a, b] = [tf.ones([20, 30]), tf.ones([30, 40])];
    expect(work(() => tf.matMul(a, b), [a, b])).toBeCloseTo(20 * 30 * 40);
  });

  it("counts those of convolutions, and as many for each of their two gradients", {
    tags: "slow",
  }, () => {
    const x = tf.ones([2, 6, 6, 3]) as tf.Tensor4D;
    const filter = tf.ones([3, 3, 3, 5]) as tf.Tensor4D;
    const forward = 2 * 6 * 6 * 5 * 3 * 3 * 3;
    const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same");
    expect(work(() => convolve(x, filter), [x, filter])).toBe(forward);
    const dy = tf.ones([2, 6, 6, 5]);
    const both = () =>
      tf.addN(
        tf
          .grads(convolve)([x, filter], dy)
          .map((g) => g.flatten().slice(0, 1)),
      );
    expect(work(both, [x, filter, dy])).toBeGreaterThan(2 * forward);
    expect(work(both, [x, filter, dy])).toBeLessThan(3.5 * forward);
  });

  it("counts other ops by the values that they make", () => {
    const x = tf.ones([100, 10]);
    expect(work(() => x.exp(), [x])).toBe(8 * 1000);
  });
});

describe.runIf(isNative)("sessionOptions(trace)", () => {
  const square = (n: number) => {
    const x = tf.ones([n, n]);
    return traceOf(() => x.matMul(x), [x]);
  };

  it("runs small graphs as they are, in the caller's thread alone", () => {
    const { config, runOptions } = sessionOptions(square(64), { rewrite: true });
    // ConfigProto: intra_op_parallelism_threads (2): 1, graph_options (10) { rewrite_options (10) {
    // disable_meta_optimizer (19): true } }.
    expect([...config!]).toEqual([0x10, 1, 0x52, 5, 0x52, 3, 0x98, 1, 1]);
    expect(runOptions![0]).toBe(0x18);
  });

  it("gives larger ones all threads", () => {
    const { config, runOptions } = sessionOptions(square(512), { rewrite: true });
    expect([...config!]).toEqual([0x52, 5, 0x52, 3, 0x98, 1, 1]);
    expect(runOptions).toBeUndefined();
  });

  it("gives large ones one round of TensorFlow's rewriting too", () => {
    const { config, runOptions } = sessionOptions(square(1024), { rewrite: true });
    // ConfigProto: graph_options (10) { rewrite_options (10) { meta_optimizer_iterations (12): ONE (1) } }.
    expect([...config!]).toEqual([0x52, 4, 0x52, 2, 0x60, 1]);
    expect(runOptions).toBeUndefined();
  });

  it("doesn't change how sums are split where nothing may be rewritten", () => {
    const { config } = sessionOptions(square(64), { rewrite: false });
    expect([...config!]).not.toContain(0x10);
    expect(sessionOptions(square(512), { rewrite: false }).config).toEqual(config);
  });
});
