import { describe, expect, it } from "vitest";
import { apply } from "../../../../src/estimators/public.js";
import { uint } from "../../../../src/quantizers/index.js";
import { compile } from "../../../../src/tensorflow/compile/compile.js";
import { fuseReluGradients } from "../../../../src/tensorflow/compile/reluGradient.js";
import { withoutKernels } from "../../../../src/tensorflow/kernels/library.js";
import { nodeBackend } from "../../../../src/tensorflow/loading/nodeBackend.js";
import { tf } from "../../../../src/tensorflow/tf.js";
import { addon, onEachMachine } from "../../kernels/values.js";
import { difference, traceOf } from "./trace.js";

/** Thirds, so that windows have equal values, and zeros of both signs. */
const thirds = (shape: number[], seed: number) =>
  tf.randomNormal(shape, 0, 1, "float32", seed).mul(3).round().div(3);

interface Pooling {
  size?: number;
  /** Whether the ReLU's output is quantized, which passes gradients up to the end of the range. */
  quantized?: boolean;
  pad?: "valid" | "same";
}

/** The gradients of a bias and of the values that it is added to, before a ReLU and max pooling. */
function block(shape: number[], { size, quantized, pad = "valid" }: Pooling) {
  const range = { min: tf.variable(tf.scalar(0)), max: tf.variable(tf.scalar(1)) };
  const [x, bias] = [thirds(shape, 1), thirds(shape.slice(-1), 2)];
  const output = (x: tf.Tensor, bias: tf.Tensor) => {
    const relu = tf.relu(tf.add(x, bias)) as tf.Tensor4D;
    const y = (quantized ? apply(relu, uint(4), { range }) : relu) as tf.Tensor4D;
    return size ? tf.maxPool(y, size, size, pad) : y;
  };
  const dy = tf.randomNormal(output(x, bias).shape, 0, 1, "float32", 3);
  return {
    args: [x, bias, dy],
    run: (...[x, bias, dy]: tf.Tensor[]) => tf.grads(output)([x!, bias!], dy),
  };
}

/** The ops of the graph of a block. */
function opsIn(shape: number[], pooling: Pooling): string[] {
  const { args, run } = block(shape, pooling);
  const trace = traceOf(() => tf.addN(run(...args).map((gradient) => gradient.sum())), args);
  const { sources, outputs } = fuseReluGradients(trace);
  const found = new Set<string>();
  const visit = (id: number) => {
    const source = sources.get(id);
    if (source?.kind !== "operation" || found.has(source.operation.name)) return;
    found.add(source.operation.name);
    for (const input of source.operation.inputs) visit(input as number);
  };
  for (const id of outputs) visit(id);
  return [...found];
}

const kernel = "QatlabReluGradient";

describe.runIf(addon)(
  "the gradient of a bias, a ReLU and max pooling in a compiled function",
  () => {
    const shapes = [
      { shape: [5, 26, 26, 16], size: 2 },
      { shape: [3, 5, 7, 3], size: 2 },
      { shape: [2, 6, 4, 257], size: 2 },
      { shape: [4, 3, 3, 1], size: 2 },
      { shape: [3, 4, 6, 13], size: 2, pad: "same" as const },
      { shape: [7, 5, 9, 13] },
      { shape: [1, 1, 1, 1] },
      { shape: [70, 31, 31, 3] },
      { shape: [70, 31, 31, 3], size: 2, quantized: true },
      { shape: [70, 31, 31, 3], quantized: true },
      { shape: [7, 5, 9, 13], quantized: true },
      { shape: [3, 4, 6, 13], size: 2, quantized: true },
    ];

    it.each(shapes)(
      "is that of TensorFlow's ops for $shape, pooled by $size, quantized: $quantized",
      ({ shape, ...pooling }) => {
        const { args, run } = block(shape, pooling);
        const gradients = () => {
          const step = compile(run);
          const results = Array.from({ length: 4 }, () => step(...args));
          step.dispose();
          return results.at(-1)!;
        };
        const [own, twin] = [gradients(), withoutKernels(gradients)];
        expect(difference(twin[0]!, own[0]!)).toBe(0);
        const axes = shape.map((_, axis) => axis).slice(0, -1);
        const sizes = tf.sum(tf.abs(twin[0]!), axes).dataSync();
        const off = tf.abs(tf.sub(twin[1]!, own[1]!)).dataSync();
        off.forEach((value, i) => {
          expect(value).toBeLessThanOrEqual(1e-6 * sizes[i]!);
        });
      },
    );

    it("is one op", () => {
      const pooled = opsIn([2, 6, 6, 3], { size: 2 });
      expect(pooled).toContain(kernel);
      expect(pooled).not.toContain("MaxPoolGrad");
      expect(pooled).not.toContain("ReluGrad");
      expect(opsIn([2, 6, 6, 3], {})).toContain(kernel);
      const quantized = opsIn([70, 31, 31, 3], { size: 2, quantized: true });
      expect(quantized).toContain(kernel);
      expect(quantized).not.toContain("MaxPoolGrad");
      expect(quantized).not.toContain("QuantizeAndDequantizeV4Grad");
      const small = opsIn([2, 6, 6, 3], { quantized: true });
      expect(small).toContain("QatlabFakeQuantGate");
      expect(small).not.toContain("ReluGrad");
    });

    it("is TensorFlow's in a format per channel, one of whose ranges is [0, 0]", () => {
      const x = thirds([40, 3], 1);
      const dy = tf.randomNormal([40, 3], 0, 1, "float32", 2);
      const range = { min: [0, 0, 0], max: [1, 0, 2] };
      const output = (x: tf.Tensor) => apply(tf.relu(x), uint(4, { per: "channel" }), { range });
      const gradient = () => {
        const step = compile((x: tf.Tensor) => tf.grad(output)(x, dy));
        const found = Array.from({ length: 4 }, () => step(x)).at(-1)!;
        step.dispose();
        return found;
      };
      const twin = withoutKernels(gradient);
      expect(difference(twin, gradient())).toBe(0);
      expect(tf.sum(tf.abs(twin), 0).dataSync()[1]).toBeGreaterThan(0);
    });

    it("leaves other pooling to TensorFlow's op", () => {
      expect(opsIn([2, 6, 6, 3], { size: 3 })).toContain("MaxPoolGrad");
      expect(opsIn([2, 5, 6, 3], { size: 2, pad: "same" })).toContain("MaxPoolGrad");
    });

    it("has the same bits with all instructions and threads", () => {
      const y = tf.relu(thirds([40, 13, 11, 13], 1));
      const backend = nodeBackend();
      const run = (pool: boolean) => {
        const dy = tf.randomNormal(pool ? [40, 6, 5, 13] : y.shape, 0, 1, "float32", 2);
        const attributes = [{ name: "pool", type: backend.binding.TF_ATTR_BOOL, value: pool }];
        const results = backend.executeMultipleOutputs(
          kernel,
          attributes,
          [dy, y, y, tf.scalar(Infinity)],
          2,
        );
        return results.map((tensor) => Array.from(tensor.dataSync()));
      };
      const expected = [run(true), run(false)];
      onEachMachine((machine) => {
        expect([run(true), run(false)], machine).toEqual(expected);
      });
    });

    it("is the slope of the loss, by finite differences", () => {
      const { args, run } = block([2, 4, 4, 2], { size: 2 });
      const [x, bias, dy] = args.map((tensor) => Array.from(tensor.dataSync()));
      // Half a third away from all ties and from 0.
      const moved = x!.map((value, i) => value + 1 / 7 + i / 1000);
      const loss = (bias: number[]) => {
        let sum = 0;
        for (let i = 0; i < dy!.length; i++) {
          const [channel, column, row, image] = [i % 2, (i >> 1) % 2, (i >> 2) % 2, i >> 3];
          const window = [0, 1, 4, 5].map(
            (at) => moved[(image * 16 + row * 8 + column * 2 + at) * 2 + channel]!,
          );
          sum += dy![i]! * Math.max(0, Math.max(...window) + bias[channel]!);
        }
        return sum;
      };
      const step = compile(run);
      const given = [tf.tensor(moved, [2, 4, 4, 2]), args[1]!, args[2]!];
      const found = Array.from({ length: 4 }, () => step(...given)).at(-1)!;
      const slopes = [0, 1].map((channel) => {
        const at = (move: number) => loss(bias!.map((b, i) => (i === channel ? b + move : b)));
        return (at(1e-6) - at(-1e-6)) / 2e-6;
      });
      found[1]!.dataSync().forEach((slope, i) => {
        expect(slope).toBeCloseTo(slopes[i]!, 4);
      });
    });

    it("refuses a gradient of another shape", () => {
      const run = () =>
        nodeBackend().executeMultipleOutputs(
          kernel,
          [{ name: "pool", type: nodeBackend().binding.TF_ATTR_BOOL, value: true }],
          [tf.ones([1, 2, 3, 1]), tf.ones([1, 4, 4, 1]), tf.ones([1, 4, 4, 1]), tf.scalar(1)],
          2,
        );
      expect(run).toThrow("the gradient doesn't have the shape of the values that it is for");
    });
  },
);
