import { afterAll, describe, expect, it, vi } from "vitest";

const warnings = vi.hoisted(() => {
  process.env.QATLAB_BACKEND = "cpu";
  const messages: string[] = [];
  console.warn = (...words: unknown[]) => void messages.push(words.join(" "));
  return messages;
});

import * as q from "../../../src/index.js";
import { cnn, digits, whole } from "../../fixtures/index.js";
import { bits, Pair, type Subject } from "../compile/agreement.js";
import { nets } from "../compile/nets.js";
import { numbers } from "../compile/numbers.js";
import { arrayOperations } from "../compile/operations/arrays.js";
import { elementwiseOperations } from "../compile/operations/elementwise.js";
import { imageOperations } from "../compile/operations/images.js";
import { largerNets } from "../compile/otherNets.js";
import { optimizers, training, trainingOf } from "../compile/training.js";
import { randomNet } from "./randomNets.js";

const { tf } = q;
type Tensor = q.tf.Tensor;

afterAll(() => {
  delete process.env.QATLAB_BACKEND;
});

/** Every so many of a list, or all with `QATLAB_WHOLE=1`. */
const some = <T>(list: T[], every: number): T[] =>
  list.filter((_, i) => whole || i % every === every - 1);

/** Shapes, dtypes and numbers. The arrays may be of other types: tfjs's casts leave them as they are. */
const contents = (tensors: Tensor | Tensor[]) =>
  [tensors].flat().map((tensor) => ({
    dtype: tensor.dtype,
    shape: tensor.shape,
    values: Array.from(tensor.dataSync()),
  }));

describe("a function that is repeated on the cpu backend", () => {
  const operations = [...elementwiseOperations, ...arrayOperations, ...imageOperations];
  it.each(some(operations, 6))("gives what %s gives, call after call", (_, fn, makeArguments) => {
    tf.tidy(() => {
      const args = makeArguments();
      const expected = contents(fn(...args));
      const compiled = q.compile(fn);
      for (let call = 0; call < 4; call++) expect(contents(compiled(...args))).toEqual(expected);
      compiled.dispose();
    });
  });

  it("computes a run of elementwise ops and the sum after it without their kernels", () => {
    const fn = (x: Tensor) => x.mul(2).add(x).relu().sub(x.mean(0)).square().sum(1);
    const compiled = q.compile(fn);
    const x = numbers([7, 5]);
    for (let i = 0; i < 2; i++) compiled(x);
    const expected = bits(fn(x));
    let calls = 0;
    const kernels = tf
      .getKernelsForBackend("cpu")
      .map((kernel) => [kernel, kernel.kernelFunc] as const);
    for (const [kernel, original] of kernels) {
      kernel.kernelFunc = (call) => {
        calls++;
        return original(call);
      };
    }
    try {
      expect(bits(compiled(x))).toBe(expected);
      expect(calls).toBe(0);
      fn(x);
      expect(calls).toBeGreaterThan(6);
    } finally {
      for (const [kernel, original] of kernels) kernel.kernelFunc = original;
    }
  });

  it("is repeated kernel by kernel where no program may be written", () => {
    const fn = (x: Tensor) => x.mul(2).add(x).relu().sub(x.mean(0)).square().sum(1);
    const x = numbers([7, 5]);
    vi.stubGlobal("Function", () => {
      throw new EvalError("Code generation from strings disallowed for this context");
    });
    try {
      let runs = 0;
      const compiled = q.compile((x: Tensor) => {
        runs++;
        return fn(x);
      });
      for (let i = 0; i < 4; i++) expect(bits(compiled(x))).toBe(bits(fn(x)));
      expect(runs).toBe(2);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("draws anew in each call, as it does eagerly", () => {
    const noise = (x: Tensor) =>
      x
        .mul(q.random.uniform([5]))
        .add(q.random.normal([5]))
        .mul(q.random.bernoulli([5], 0.5));
    const [one, two] = [q.compile(noise, { seed: 3 }), q.compile(noise, { seed: 3 })];
    const other = q.compile((x: Tensor) => noise(x).add(0), { seed: 4 });
    const x = tf.ones([5]);
    const first = Array.from({ length: 6 }, () => bits(one(x)));
    expect(Array.from({ length: 6 }, () => bits(two(x)))).toEqual(first);
    expect(new Set(first).size).toBe(6);
    expect(bits(other(x))).not.toBe(first[0]);
  });

  it("computes NaN and infinities as it does eagerly", () => {
    const fn = (x: Tensor) => x.relu().add(x.abs().log()).maximum(x.neg().step(0.5)).div(x);
    const compiled = q.compile(fn);
    const x = tf.tensor1d([Number.NaN, Number.POSITIVE_INFINITY, -0, 0, -1, 1e-45]);
    for (let call = 0; call < 4; call++) expect(bits(compiled(x))).toBe(bits(fn(x)));
  });

  it("passes gradients at ties, halves and ends of ranges as it does eagerly", () => {
    const x = tf.tensor4d(
      Float32Array.from({ length: 72 }, (_, i) => ((i * 7) % 9) / 4 - 1),
      [2, 6, 6, 1],
    );
    const spec = q.uint(2);
    const loss = (x: Tensor) =>
      tf.maxPool(q.fakeQuantize(x, spec, { min: -0.5, max: 0.75 }) as q.tf.Tensor4D, 2, 2, "same");
    const fn = (x: Tensor) => tf.grad((x: Tensor) => loss(x).square().sum())(x);
    const compiled = q.compile(fn);
    const expected = bits(fn(x));
    for (let call = 0; call < 4; call++) expect(bits(compiled(x))).toBe(expected);
    expect(new Set(fn(x).dataSync()).size).toBeGreaterThan(2);
  });

  it("takes batches of other sizes, one example, and inputs that are the same tensor", () => {
    const fn = (x: Tensor, y: Tensor) => x.matMul(y, false, true).softmax();
    const compiled = q.compile(fn);
    for (const size of [4, 1, 3, 4, 1, 3, 4, 1, 3, 4, 1]) {
      const [x, y] = [numbers([size, 3], size), numbers([2, 3], 9)];
      expect(bits(compiled(x, y))).toBe(bits(fn(x, y)));
      expect(bits(compiled(x, x))).toBe(bits(fn(x, x)));
    }
    const gone = numbers([4, 3], 1);
    gone.dispose();
    expect(() => compiled(gone, gone)).toThrow(/tensor 0 of the arguments is disposed/);
  });

  it("is refused as natively: for reading a value, for a constant that changes", () => {
    const calls = (fn: (x: Tensor) => Tensor) => () => {
      const compiled = q.compile(fn);
      for (let i = 0; i < 4; i++) compiled(tf.ones([2]));
    };
    expect(calls((x) => x.mul(x.sum().dataSync()[0]!))).toThrow(/dataSync\(\) read .*Sum/);
    let rate = 1;
    expect(calls((x) => x.mul(rate++))).toThrow(/a constant that Multiply takes was 2, then 3/);
    expect(calls((x) => x.mul(tf.randomUniform([2])))).toThrow(/randomUniform.*q\.random/s);
  });

  it("ends with the op's name where a shape turns out to depend on values", () => {
    const compiled = q.compile((x: Tensor) => tf.unique(x.mul(1)).values);
    for (let i = 0; i < 3; i++) compiled(tf.tensor1d([1, 2, 2]));
    expect(() => compiled(tf.tensor1d([1, 2, 3]))).toThrow(
      /Unique gave float32\[3\] where .*\[2\]/,
    );
    expect([...compiled(tf.tensor1d([4, 4, 5])).dataSync()]).toEqual([4, 5]);
  });

  it("runs as it is where it computes with complex numbers, and says so", () => {
    const fn = (x: Tensor) => tf.real(tf.fft(tf.complex(x, tf.zerosLike(x)) as never)) as Tensor;
    const compiled = q.compile(fn);
    for (let i = 0; i < 4; i++)
      expect(bits(compiled(tf.range(0, 4)))).toBe(bits(fn(tf.range(0, 4))));
    expect(warnings.filter((words) => /Complex gives complex64/.test(words))).toHaveLength(1);
  });

  it("runs as it is where somebody's kernel computes with tfjs's ops, and says so", () => {
    const kernelName = "Doubled";
    const kernelFunc = ({ inputs }: { inputs: object }) => tf.mul((inputs as { x: Tensor }).x, 2);
    tf.registerKernel({ kernelName, backendName: "cpu", kernelFunc: kernelFunc as never });
    const compiled = q.compile((x: Tensor) => tf.engine().runKernel(kernelName, { x }) as Tensor);
    const x = numbers([3]);
    for (let i = 0; i < 4; i++) expect(bits(compiled(x))).toBe(bits(x.mul(2)));
    expect(warnings.some((words) => /Doubled computes with tfjs's ops/.test(words))).toBe(true);
    tf.unregisterKernel(kernelName, "cpu");
  });

  it("runs as it is where its memory can't be had, and says so", () => {
    const compiled = q.compile((x: Tensor) => x.add(1).matMul(x));
    const x = tf.ones([40, 40]);
    compiled(x);
    const Real = ArrayBuffer;
    vi.stubGlobal(
      "ArrayBuffer",
      class extends Real {
        constructor(length: number) {
          if (length > 5000) throw new RangeError("Array buffer allocation failed");
          super(length);
        }
      },
    );
    try {
      expect(compiled(x).dataSync()[0]).toBe(80);
    } finally {
      vi.unstubAllGlobals();
    }
    expect(compiled(x).dataSync()[0]).toBe(80);
    expect(warnings.some((words) => /allocation failed/.test(words))).toBe(true);
  });
});

describe("variables of a repeated step", () => {
  it("keep what was read of them, and take what is assigned", () => {
    const [a, b] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([5, 6]))];
    const swap = q.compile((x: Tensor) => {
      const old = a.clone();
      a.assign(b.clone() as never);
      b.assign(old as never);
      return a.mul(x);
    });
    const one = tf.scalar(1);
    const read: Float32Array[] = [];
    for (let i = 0; i < 5; i++) {
      swap(one).dispose();
      read.push(a.dataSync() as Float32Array);
    }
    expect(read.map((values) => values[0])).toEqual([5, 1, 5, 1, 5]);
    a.assign(tf.tensor1d([8, 9]));
    expect([...swap(one).dataSync()]).toEqual([1, 2]);
    expect([...b.dataSync()]).toEqual([8, 9]);
    swap.dispose();
    expect([...a.dataSync(), ...b.dataSync()]).toEqual([1, 2, 8, 9]);
    for (let i = 0; i < 4; i++) swap(one).dispose();
    b.dispose();
    expect(() => swap(one)).toThrow(/variable ".*" was disposed/);
  });

  it("and its tensors are counted as they are eagerly, whatever the number of steps", () => {
    const { step, batch } = training(nets.conv2d!);
    const compiled = q.compile(step);
    const [x, y] = batch(0) as [Tensor, Tensor];
    const counts = () => {
      compiled(x, y).dispose();
      const { numTensors, numBytes } = tf.memory();
      return [numTensors, numBytes, tf.engine().backend.numDataIds()];
    };
    for (let i = 0; i < 3; i++) counts();
    const before = counts();
    for (let i = 0; i < 20; i++) expect(counts()).toEqual(before);
  });
});

describe("training that is repeated on the cpu backend has the bits of eager training", () => {
  const all = { ...nets, ...(whole ? largerNets : {}) };
  const steps = whole ? 20 : 6;

  async function agree(build: () => Subject | Promise<Subject>, count = steps): Promise<void> {
    const pair = await Pair.make(build);
    pair.expectEqual(count);
    expect(pair.runs).toBe(2);
    pair.dispose();
  }

  it.each(some(Object.entries(all), 5))("for %s", { tags: "slow" }, async (_, net) => {
    await agree(() => training(net));
  });

  it.each(some(Object.entries(optimizers), 4))(
    "with %s, its rate another one in each step",
    { tags: "slow" },
    async (_, optimizer) => {
      const rate = (step: number) => 0.02 / (1 + step);
      await agree(() => training(nets.dense!, { optimizer, rate }));
    },
  );

  it.each(Array.from({ length: whole ? 100 : 2 }, (_, i) => i + 1))(
    "for network %i of those drawn at random",
    { tags: "slow" },
    async (seed) => {
      const optimizer = [optimizers.Adam, optimizers.momentum][seed % 2];
      await agree(() => training(randomNet(seed), { optimizer, size: 1 + (seed % 6) }), 5);
    },
  );

  const estimators = ["lsq", "ste", "none", "pact", "dsq", "ewgs", "pytorchLearnable"] as const;
  it.each(estimators.slice(0, whole ? undefined : 1))(
    "for the digits network with 3 bits and the estimator %s",
    { tags: "slow" },
    async (estimator) => {
      const { train } = await digits();
      const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
      await agree(async () => {
        const calibration = train.take(32);
        const qat = await q.prepare(cnn({ seed: 7 }), scheme, { calibration, estimator });
        const batch = (step: number) =>
          tf.tidy(() => [
            tf.slice(train.xs, step * 16, 16),
            tf.oneHot(tf.slice(train.ys, step * 16, 16).toInt(), 10).toFloat(),
          ]);
        return { ...trainingOf(qat), batch };
      });
    },
  );

  it("by q.fit, with dropout", { tags: "slow" }, async () => {
    const { train } = await digits();
    const weights = async (compile: boolean) => {
      const { dense, dropout, flatten } = tf.layers;
      const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
      const model = tf.sequential({
        layers: [
          flatten({ inputShape: [8, 8, 1] }),
          dense({ units: 12, activation: "relu", kernelInitializer }),
          dropout({ rate: 0.3 }),
          dense({ units: 10, kernelInitializer }),
        ],
      });
      const options = { epochs: 3, batchSize: 16, progress: false, seed: 2, compile };
      await q.fit(model, train.take(150), options);
      return model.getWeights().map(bits);
    };
    expect(await weights(true)).toEqual(await weights(false));
  });
});
