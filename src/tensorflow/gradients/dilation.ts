import type { TensorFlow } from "../loading/loaded.js";
import type { tf } from "../tf.js";

/** @internal A dilated convolution with strides of 1, along its spatial axes. */
export interface Dilated {
  /** The lengths of the kernel's axes. */
  kernel: readonly number[];
  dilations: readonly number[];
  /** Zeros that the convolution adds before and after each axis. */
  padding: readonly (readonly [before: number, after: number])[];
}

/** @internal The zeros that `"same"` padding adds. */
export function samePadding({ kernel, dilations }: Omit<Dilated, "padding">): Dilated["padding"] {
  return kernel.map((length, axis) => {
    const zeros = (length - 1) * dilations[axis]!;
    return [Math.floor(zeros / 2), Math.ceil(zeros / 2)] as const;
  });
}

/**
 * @internal
 * A dilated convolution as a plain one: every d-th value of an axis becomes an example of its own, as
 * `tf.nn.with_space_to_batch` of TensorFlow does it (Chen et al. 2014, arXiv:1412.7062, section 3.1, "hole algorithm").
 * The plain convolution has `"valid"` padding.
 */
export class SpaceToBatch {
  private readonly blocks: number[];
  /** Zeros around the input. */
  private readonly pads: number[][];
  /** Zeros after the output, which make its length a multiple of the dilation. */
  private readonly rest: number[][];

  /** @param shape the shape of the convolution's input, `[n, …, channels]` */
  constructor(
    private readonly ops: Pick<TensorFlow, "spaceToBatchND" | "batchToSpaceND">,
    shape: readonly number[],
    { dilations, padding }: Dilated,
  ) {
    this.blocks = [...dilations];
    const rest = dilations.map((dilation, axis) => {
      const [before, after] = padding[axis]!;
      const length = shape[axis + 1]! + before + after;
      return Math.ceil(length / dilation) * dilation - length;
    });
    this.rest = rest.map((zeros) => [0, zeros]);
    this.pads = padding.map(([before, after], axis) => [before, after + rest[axis]!]);
  }

  /** The plain convolution's input for an input of the dilated one. */
  input<T extends tf.Tensor>(x: T): T {
    return this.ops.spaceToBatchND(x, this.blocks, this.pads);
  }

  /** The plain convolution's output for an output of the dilated one, with zeros added. */
  output<T extends tf.Tensor>(y: T): T {
    return this.ops.spaceToBatchND(y, this.blocks, this.rest);
  }

  /** The dilated convolution's input, from the result of {@link input}. */
  inputFrom<T extends tf.Tensor>(x: T): T {
    return this.ops.batchToSpaceND(x, this.blocks, this.pads);
  }

  /** The dilated convolution's output, from the result of {@link output}. */
  outputFrom<T extends tf.Tensor>(y: T): T {
    return this.ops.batchToSpaceND(y, this.blocks, this.rest);
  }
}
