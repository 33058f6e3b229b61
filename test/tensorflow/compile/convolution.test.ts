import { describe, expect, it } from "vitest";
import { apply } from "../../../src/estimators/public.js";
import * as q from "../../../src/index.js";
import { compile } from "../../../src/tensorflow/compile/compile.js";
import { fuseConvolutions } from "../../../src/tensorflow/compile/convolution.js";
import { fakeQuant } from "../../../src/tensorflow/fakeQuant/fakeQuant.js";
import { withoutKernels } from "../../../src/tensorflow/kernels/library.js";
import { addon } from "../kernels/values.js";
import { difference, traceOf } from "./native/trace.js";

const { tf } = q;
type Images = q.tf.Tensor4D;

/** The names of the ops that a graph of a function has. */
function opsIn(run: () => q.tf.Tensor): string[] {
  const { sources, outputs } = fuseConvolutions(traceOf(run));
  const found: string[] = [];
  const seen = new Set<unknown>();
  const visit = (id: number) => {
    const source = sources.get(id);
    if (source?.kind !== "operation" || seen.has(source.operation)) return;
    seen.add(source.operation);
    found.push(source.operation.name);
    for (const input of source.operation.inputs) visit(input as number);
  };
  for (const id of outputs) visit(id);
  return found.sort();
}

const images = tf.randomNormal([64, 14, 14, 16], 0, 1, "float32", 1) as Images;
const filter = tf.randomNormal([3, 3, 16, 32], 0, 0.1, "float32", 2) as Images;
const bias = tf.randomNormal([32], 0, 0.1, "float32", 3);

const sumsOf = (x: q.tf.Tensor, w: q.tf.Tensor = filter) =>
  tf.conv2d(x as Images, w as Images, 1, "same");
const pool = (y: q.tf.Tensor) => tf.maxPool(y as Images, 2, 2, "valid");
/** The sum of all gradients of a function of images, filter and bias. */
const gradients = (run: (...given: q.tf.Tensor[]) => q.tf.Tensor) => () =>
  tf.addN(
    tf
      .grads(run)([images, filter, bias])
      .map((gradient) => gradient.sum()),
  );

const [forward, backward] = ["QatlabConvolution", "QatlabConvolutionGradient"];

describe.runIf(addon)("a convolution in a compiled function", () => {
  it("takes its bias, its ReLU and its pooling along, and their gradients", () => {
    const block = (x: q.tf.Tensor, w: q.tf.Tensor, b: q.tf.Tensor) =>
      pool(tf.relu(sumsOf(x, w).add(b)));
    expect(opsIn(() => block(images, filter, bias))).toEqual([forward]);
    const ops = opsIn(gradients((x, w, b) => block(x!, w!, b!)));
    expect(ops.filter((name) => /Conv|Relu|Pool|^Add$/.test(name))).toEqual([forward, backward]);
  });

  it("takes fake quantization along that comes before the pooling, and its gradient", () => {
    const range = { min: tf.variable(tf.scalar(0)), max: tf.variable(tf.scalar(2)) };
    const block = (x: q.tf.Tensor, w: q.tf.Tensor, b: q.tf.Tensor, quantized = q.uint(4)) =>
      pool(apply(tf.relu(sumsOf(x, w).add(b)), quantized, { range }));
    const few = /Conv|Relu|Pool|Fake|Quantize|^Add$/;
    const ops = opsIn(gradients((x, w, b) => block(x!, w!, b!)));
    expect(ops.filter((name) => few.test(name))).toEqual([forward, backward]);
    // The values before the pooling are used once more.
    const twice = opsIn(
      gradients((x, w, b) => {
        const y = apply(tf.relu(sumsOf(x!, w!).add(b!)), q.uint(4), { range });
        return tf.addN([pool(y).sum(), y.sum()]);
      }),
    );
    expect(twice).toContain("QatlabMaxPoolGradient");
    expect(twice).toContain(backward);
  });

  it("takes fake quantization along whose range learns", () => {
    const ends = [tf.scalar(-0.1), tf.scalar(1.7)] as const;
    const run = (w: q.tf.Tensor, b: q.tf.Tensor, min: q.tf.Tensor, max: q.tf.Tensor) =>
      tf.grads((...[w, b, min, max]: q.tf.Tensor[]) => {
        const grid = { bits: 3, narrowRange: false };
        return pool(fakeQuant(tf.relu(sumsOf(images, w!).add(b!)), min!, max!, grid)).square();
      })([w, b, min, max]);
    const ops = opsIn(() => tf.addN(run(filter, bias, ...ends).map((each) => each.sum())));
    const few = /Conv|Relu|Pool|Fake|^Add$/;
    const sums = "QatlabFakeQuantGradient";
    expect(ops.filter((name) => few.test(name))).toEqual([forward, backward, sums]);
    const results = () => {
      const step = compile(run);
      const calls = [1, 2, 3].map(() => step(filter, bias, ...ends));
      step.dispose();
      return calls[2]!;
    };
    const [own, twin] = [results(), withoutKernels(results)];
    own.forEach((gradient, i) => {
      expect(difference(twin[i]!, gradient), `gradient ${i}`).toBeLessThan(1e-5);
    });
  });

  it("stays apart from what comes after if something else needs its output", () => {
    const relu = () => tf.relu(sumsOf(images).add(bias));
    expect(opsIn(() => tf.addN([pool(relu()).sum(), relu().sum()]))).toEqual(
      ["AddN", forward, forward, "Sum", "Sum"].sort(),
    );
    const shared = () => {
      const y = relu();
      return tf.addN([pool(y).sum(), y.sum()]);
    };
    expect(opsIn(shared)).toEqual(["AddN", "MaxPool", forward, "Sum", "Sum"].sort());
    const sums = () => {
      const y = sumsOf(images);
      return tf.addN([tf.relu(y.add(bias)).sum(), y.sum()]);
    };
    expect(opsIn(sums)).toEqual(["Add", "AddN", forward, "Relu", "Sum", "Sum"].sort());
  });

  it("is TensorFlow's where the library's own doesn't compute it", () => {
    const dilated = () => tf.conv2d(images, filter, 1, "same", "NHWC", 2);
    expect(opsIn(dilated)).toContain("Conv2D");
    expect(opsIn(() => tf.conv2d(images, filter, [1, 2], "same"))).toContain("Conv2D");
    expect(withoutKernels(() => opsIn(() => sumsOf(images)))).toContain("Conv2D");
    const overlapping = () => tf.maxPool(tf.relu(sumsOf(images)) as Images, 3, 2, "valid");
    expect(opsIn(overlapping)).toEqual(["MaxPool", forward]);
  });

  it("has the numbers of TensorFlow's in a function of two inputs that share a filter", () => {
    const run = (a: q.tf.Tensor, b: q.tf.Tensor, w: q.tf.Tensor, c: q.tf.Tensor) =>
      tf.grads((a: q.tf.Tensor, b: q.tf.Tensor, w: q.tf.Tensor, c: q.tf.Tensor) => {
        const [y, z] = [a, b].map((x) => tf.relu6(sumsOf(x, w).add(c)));
        return tf.addN([pool(y!), pool(z!)]);
      })([a, b, w, c]);
    const given = [images, tf.reverse(images), filter, bias] as const;
    const results = (compiled: typeof run) => {
      const step = compile(compiled);
      for (let call = 0; call < 2; call++) tf.dispose(step(...given));
      const found = step(...given);
      step.dispose();
      return found;
    };
    const [own, twin] = [results(run), withoutKernels(() => results(run))];
    own.forEach((gradient, i) => {
      expect(difference(twin[i]!, gradient), `gradient ${i}`).toBeLessThan(1e-5);
    });
  });

  it.each([
    ["float", undefined],
    ["quantized", q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) })],
  ] as const)(
    "has the losses of 20 steps by TensorFlow's, %s",
    { tags: "slow" },
    async (_, scheme) => {
      const [own, twin] = [await losses(scheme), await losses(scheme, withoutKernels)];
      expect(own.at(-1)).toBeLessThan(own[0]!);
      own.forEach((loss, i) => {
        // A code may change where a last bit does.
        expect(Math.abs(loss - twin[i]!), `step ${i}`).toBeLessThan(
          i < 5 ? 1e-5 : scheme ? 1e-2 : 1e-4,
        );
      });
    },
  );
});

/** The losses of 20 steps on the same images. */
async function losses(scheme: q.Scheme | undefined, by = <T>(run: () => T) => run()) {
  const { conv2d, maxPooling2d, flatten, dense } = tf.layers;
  const weights = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });
  const float = tf.sequential({
    layers: [
      conv2d({
        filters: 16,
        kernelSize: 3,
        activation: "relu",
        inputShape: [14, 14, 1],
        ...weights(1),
      }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 24, kernelSize: 3, activation: "relu", padding: "same", ...weights(2) }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 10, ...weights(3) }),
    ],
  });
  const xs = tf.randomUniform([64, 14, 14, 1], 0, 1, "float32", 4) as Images;
  const labels = Int32Array.from({ length: 64 }, (_, i) => (i * 7) % 10);
  const calibration = new q.Dataset(xs, tf.tensor1d(labels, "int32"), {
    classes: 10,
    provenance: { name: "random", source: "none", licence: "CC0" },
  });
  const model = scheme ? await q.prepare(float, scheme, { calibration }) : float;
  const optimizer = tf.train.adam(0.003);
  const ys = tf.oneHot(tf.tensor1d(labels, "int32"), 10);
  const step = compile(
    () =>
      optimizer.minimize(
        () =>
          tf.losses
            .softmaxCrossEntropy(ys, model.apply(xs, { training: true }) as q.tf.Tensor)
            .asScalar(),
        true,
      )!,
  );
  const found = by(() => Array.from({ length: 20 }, () => step().dataSync()[0]!));
  step.dispose();
  return found;
}
