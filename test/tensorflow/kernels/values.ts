import { kernelAddon, type tf } from "../../../src/tensorflow/tf.js";
import { generator } from "../../fixtures/generator.js";

/** The addon with the kernels; `undefined` where they weren't built. */
export const addon = typeof kernelAddon === "string" ? undefined : kernelAddon;

/** Runs a function with each set of instructions of the processor, with one thread and with two. */
export function onEachMachine(run: (machine: string) => void): void {
  const [[first, ...others], threads] = [addon!.instructions(), addon!.threads()];
  try {
    for (const name of [first!, ...others]) {
      for (const count of [1, 2]) {
        addon!.instructions(name);
        addon!.threads(count);
        run(`${name}, ${count} threads`);
      }
    }
  } finally {
    addon!.instructions(first);
    addon!.threads(threads);
  }
}

/** The bits of a tensor's values; one NaN is as good as another. */
export function bitsOf(tensor: tf.Tensor): Int32Array {
  const words = new Int32Array(new Float32Array(tensor.dataSync()).buffer);
  return words.map((word) => ((word & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : word));
}

/** The bits of {@link bitsOf} in bytes, which are compared at once: `expect` goes over an array value by value. */
export function bytesOf(tensor: tf.Tensor): Buffer {
  return Buffer.from(bitsOf(tensor).buffer);
}

/** Ranges of every kind: around 0, on one side of it, tiny, huge, [0, 0], with ends that need nudging. */
export function ranges(count: number, seed: number): { min: Float32Array; max: Float32Array } {
  const random = generator(seed);
  const ends = Array.from({ length: count }, (_, i) => {
    const size = 10 ** ((i % 7) - 3);
    const [a, b] = [random() * size, random() * size];
    if (i % 11 === 5) return [0, 0];
    return i % 5 === 0 ? [0, a] : i % 5 === 1 ? [-a, 0] : i % 5 === 2 ? [-a, a] : [-a, b];
  });
  return {
    min: Float32Array.from(ends, ([min]) => min!),
    max: Float32Array.from(ends, ([, max]) => max!),
  };
}

/** Rows of values in and around their channels' ranges: ties, ends, NaN, infinities, both zeros, subnormals. */
export function valuesFor(
  rows: number,
  { min, max }: ReturnType<typeof ranges>,
  bits: number,
  seed: number,
): Float32Array {
  const random = generator(seed);
  const special = [Number.NaN, Infinity, -Infinity, 0, -0, 1e30, -1e30, 1e-40];
  const values = new Float32Array(rows * min.length);
  for (let i = 0; i < values.length; i++) {
    const [low, high] = [min[i % min.length]!, max[i % min.length]!];
    const step = (high - low) / (2 ** bits - 1);
    const kind = Math.floor(random() * 16);
    if (kind === 0) values[i] = special[Math.floor(random() * special.length)]!;
    else if (kind === 1) values[i] = random() < 0.5 ? low : high;
    else if (kind < 9) values[i] = low + (Math.floor(random() * 2 ** bits) + 0.5) * step;
    else values[i] = low + (random() * 1.4 - 0.2) * (high - low || 1);
  }
  return values;
}
