import seedrandom from "seedrandom";
import type { CpuBackend } from "../direct/kernel.js";
import { nodeBackend, typeAttribute } from "../loading/nodeBackend.js";
import { isNative, tf } from "../tf.js";
import { type DrawSeed, keyTensor } from "./draws.js";

/** @internal Draws of standard distributions: float32, the same for the same shape and seed. */
export interface StandardDraws {
  /** Uniform draws from 0 to below 1. */
  uniform(shape: number[], seed: DrawSeed): tf.Tensor;
  /** Normal draws with mean 0 and standard deviation 1. */
  normal(shape: number[], seed: DrawSeed): tf.Tensor;
}

/**
 * @internal
 * TensorFlow's `StatelessRandomUniform` and `StatelessRandomNormal` (Philox 4×32-10, Salmon et al. 2011), one
 * native call each; tfjs doesn't expose these ops. The ops' second versions take uint64 keys, for which tfjs
 * has no tensors.
 */
export const nativeDraws: StandardDraws = {
  uniform: (shape, seed) => run("StatelessRandomUniform", shape, seed),
  normal: (shape, seed) => run("StatelessRandomNormal", shape, seed),
};

function run(name: string, shape: number[], draw: DrawSeed): tf.Tensor {
  return tf.tidy(() => {
    const attributes = [
      typeAttribute("dtype", "float32"),
      typeAttribute("T", "int32"),
      typeAttribute("Tseed", "int32"),
    ];
    // The step stays a tensor: in a graph it is fed.
    const seed = tf.stack([keyTensor(draw), draw.step]);
    const inputs = [tf.tensor1d(shape, "int32"), seed];
    return nodeBackend().executeSingleOutput(name, attributes, inputs);
  });
}

/** The values of draws of a shape from a generator. */
type Fill = (shape: number[], seed: string) => Float32Array;

/** The same distributions from generators in JavaScript; the numbers differ from the native ones. */
const fills: Record<keyof StandardDraws, Fill> = {
  uniform(shape, seed) {
    const random = seedrandom.alea(seed);
    // Draws are cut to 24 bits, which float32 holds: rounding would give 1 now and then.
    const draw = () => Math.floor(random() * 2 ** 24) / 2 ** 24;
    return Float32Array.from({ length: tf.util.sizeFromShape(shape) }, draw);
  },
  normal: (shape, seed) =>
    tf.tidy(
      () =>
        tf
          .randomNormal(shape, 0, 1, "float32", seedrandom.alea(seed).double())
          .dataSync() as Float32Array,
    ),
};

/**
 * @internal
 * Draws for the other backends. On `cpu` a kernel draws, which a compiled step repeats with the number of each call.
 */
export const composedDraws: StandardDraws = {
  uniform: (shape, seed) => draw("uniform", shape, seed),
  normal: (shape, seed) => draw("normal", shape, seed),
};

const kernels = { uniform: "QatlabUniform", normal: "QatlabNormal" };

function draw(name: keyof StandardDraws, shape: number[], { key, step }: DrawSeed): tf.Tensor {
  if (tf.getBackend() === "cpu") {
    return tf.engine().runKernel(kernels[name], { step }, { shape: [...shape], key }) as tf.Tensor;
  }
  return tf.tensor(fills[name](shape, `${key} ${step.dataSync()[0]}`), shape, "float32");
}

/** Gives the `cpu` backend the kernels that draw. */
function registerDraws(): void {
  for (const name of ["uniform", "normal"] as const) {
    tf.registerKernel({
      kernelName: kernels[name],
      backendName: "cpu",
      kernelFunc({ inputs, attrs, backend }) {
        const { data, makeTensorInfo } = backend as CpuBackend;
        const [step] = data.get(inputs.step!.dataId).values as Int32Array;
        const { shape, key } = attrs as unknown as { shape: number[]; key: number };
        const values = fills[name](shape, `${key} ${step}`);
        return makeTensorInfo.call(backend, shape, "float32", values);
      },
    });
  }
}

/** @internal The draws of the backend that was loaded. */
export const standardDraws: StandardDraws = isNative ? nativeDraws : composedDraws;
if (!isNative) registerDraws();
