import seedrandom from "seedrandom";
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

/**
 * @internal
 * The same distributions from generators in JavaScript, for the other backends; the numbers differ from the
 * native ones.
 */
export const composedDraws: StandardDraws = {
  uniform(shape, seed) {
    const random = stream(seed);
    const size = shape.reduce((product, length) => product * length, 1);
    // Draws are cut to 24 bits, which float32 holds: rounding would give 1 now and then.
    const draw = () => Math.floor(random() * 2 ** 24) / 2 ** 24;
    return tf.tensor(Float32Array.from({ length: size }, draw), shape, "float32");
  },
  normal: (shape, seed) => tf.randomNormal(shape, 0, 1, "float32", stream(seed).double()),
};

function stream({ key, step }: DrawSeed): seedrandom.PRNG {
  return seedrandom.alea(`${key} ${step.dataSync()[0]}`);
}

/** @internal The draws of the backend that was loaded. */
export const standardDraws: StandardDraws = isNative ? nativeDraws : composedDraws;
