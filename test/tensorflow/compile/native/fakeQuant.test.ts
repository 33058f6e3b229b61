import { describe, expect, it } from "vitest";
import { apply } from "../../../../src/estimators/public.js";
import { uint } from "../../../../src/quantizers/index.js";
import { compile } from "../../../../src/tensorflow/compile/compile.js";
import { TraceGraph } from "../../../../src/tensorflow/compile/graph.js";
import { messages } from "../../../../src/tensorflow/compile/graphBuilder.js";
import { withoutKernels } from "../../../../src/tensorflow/kernels/library.js";
import { isNative, tf } from "../../../../src/tensorflow/tf.js";
import { addon } from "../../kernels/values.js";
import { opsOf, traceOf } from "./trace.js";

/** Around the ends of [−1, 2], of which 4 bits make −1 and 2, and whatever a gradient may meet. */
const values = [-1.1, -1.0000001, -1, -0.9, -0, 0, 1e-30, 1, 2, 2.0000002, 2.1, Infinity];
const gradients = values.map((_, i) => (i % 2 ? -1 : 1) * (i + 1));

const bitsOf = (x: tf.Tensor) => [...new Int32Array(new Float32Array(x.dataSync()).buffer)];

/** The gradient of a quantized tensor, or of a quantized ReLU. */
function gradient(range: { min: number; max: number }, { relu }: { relu: boolean }) {
  const [min, max] = [tf.variable(tf.scalar(range.min)), tf.variable(tf.scalar(range.max))];
  return (x: tf.Tensor) => {
    const quantized = (x: tf.Tensor) =>
      apply(relu ? x.relu() : x, uint(4), { range: { min, max } });
    return tf.grad(quantized)(x, tf.tensor1d(gradients));
  };
}

describe.runIf(isNative)("the gradient of fake quantization in a compiled function", () => {
  it.each([
    { relu: false, range: { min: -1, max: 2 } },
    { relu: false, range: { min: 0, max: 2 } },
    { relu: false, range: { min: 0, max: 0 } },
    { relu: true, range: { min: 0, max: 2 } },
    { relu: true, range: { min: -1, max: 2 } },
    { relu: true, range: { min: 0, max: 0 } },
  ])(
    "is TensorFlow's, bit for bit, for $range (ReLU: $relu)",
    { tags: "slow" },
    ({ relu, range }) => {
      const run = gradient(range, { relu });
      const step = compile(run);
      const x = tf.tensor1d(values);
      const expected = bitsOf(run(x));
      for (let call = 0; call < 4; call++) expect(bitsOf(step(x))).toEqual(expected);
      step.dispose();
    },
  );

  const gate = "QuantizeAndDequantizeV4Grad";

  it("is found without the sums for the ends of the range", () => {
    const run = gradient({ min: -1, max: 2 }, { relu: false });
    const ops = withoutKernels(() => opsOf(() => run(tf.tensor1d(values))));
    expect(ops).toContain(gate);
    expect(ops).not.toContain("FakeQuantWithMinMaxVarsGradient");
  });

  it.runIf(addon)("is one kernel for small tensors, and joins a ReLU's for large ones", () => {
    const run = gradient({ min: -1, max: 2 }, { relu: false });
    const small = opsOf(() => run(tf.tensor1d(values)));
    expect(small).toContain("QatlabFakeQuantGate");
    expect(small).not.toContain(gate);
    const [min, max] = [tf.variable(tf.scalar(-1)), tf.variable(tf.scalar(2))];
    const quantized = (x: tf.Tensor) => apply(x, uint(4), { range: { min, max } });
    expect(opsOf(() => tf.grad(quantized)(tf.ones([2 ** 16])))).toContain(gate);
  });

  it("keeps the sums where scales are learned", () => {
    const run = () => {
      const range = { min: tf.scalar(0), max: tf.scalar(2) };
      const quantized = (x: tf.Tensor) =>
        apply(x, uint(4), {
          parameters: { alpha: range.max, min: range.min },
          estimator: "pact",
          role: "activations",
        });
      return tf.grad(quantized)(tf.tensor1d(values));
    };
    expect(withoutKernels(() => opsOf(run))).toContain("FakeQuantWithMinMaxVarsGradient");
    if (addon) expect(opsOf(run)).toContain("QatlabFakeQuantGradient");
  });

  it("passes a ReLU in the same pass over memory", () => {
    const run = gradient({ min: 0, max: 2 }, { relu: true });
    const trace = withoutKernels(() => traceOf(() => run(tf.tensor1d(values))));
    const graph = new TraceGraph(trace);
    graph.value(trace.outputs[0]!);
    const { GraphDef } = messages();
    const nodes = GraphDef.deserializeBinary(graph.builder.finish()).getNodeList();
    const ops = nodes.map((node: { getOp(): string }) => node.getOp());
    const wanted = ["ReluGrad", gate];
    expect(ops.filter((op: string) => wanted.includes(op))).toEqual([wanted[1]]);
  });
});
