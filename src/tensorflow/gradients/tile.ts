import type { GradConfig } from "@tensorflow/tfjs";
import type { TensorFlow } from "../loading/loaded.js";
import type { tf } from "../tf.js";

/**
 * @internal
 * The gradient of `Tile`, at any rank, in three ops: the repetitions become axes, which are summed. tfjs adds one slice
 * for each repetition, so that a layer normalization of 64 steps has 8,000 ops in its gradient.
 */
export function tileGradient({ sum, reshape }: TensorFlow): GradConfig {
  return {
    kernelName: "Tile",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attributes) => {
      const { shape } = x!;
      const { lengths, repeated } = splitAxes(shape, attributes.reps as number[]);
      return {
        x: () => reshape(sum(reshape(dy as tf.Tensor, lengths), repeated), shape),
      };
    },
  };
}

/** An axis of `reps · length` values as two axes; neighbours of one kind are one axis. */
function splitAxes(shape: number[], reps: readonly number[]) {
  const lengths: number[] = [];
  const repeated: number[] = [];
  const add = (length: number, repeats: boolean) => {
    if (length === 1) return;
    const last = lengths.length - 1;
    if (last >= 0 && repeats === repeated.includes(last)) lengths[last]! *= length;
    else if (lengths.push(length) && repeats) repeated.push(last + 1);
  };
  shape.forEach((length, axis) => {
    add(reps[axis]!, true);
    add(length, false);
  });
  return { lengths, repeated };
}
