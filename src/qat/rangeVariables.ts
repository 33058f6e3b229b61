import type { Range, RangeTensors } from "../quantizers/index.js";
import { checkRange } from "../quantizers/range.js";
import { tf } from "../tensorflow/index.js";

/** @internal A range that a layer keeps as two of its weights, so that it is saved with them. */
export class RangeVariables {
  private readonly min: tf.LayerVariable;
  private readonly max: tf.LayerVariable;

  /** @param shape `[]`, or `[channels]`; `add` makes a weight of the layer */
  constructor(
    name: string,
    shape: number[],
    add: (name: string, shape: number[]) => tf.LayerVariable,
  ) {
    this.min = add(`${name}_min`, shape);
    this.max = add(`${name}_max`, shape);
  }

  tensors(): RangeTensors {
    return { min: this.min.read(), max: this.max.read() };
  }

  read(): Range {
    return { min: this.min.read().dataSync(), max: this.max.read().dataSync() };
  }

  write(range: Range): void {
    checkRange(range);
    const { min, max } = range;
    tf.tidy(() => {
      this.min.write(tensorOf(min, this.min.shape));
      this.max.write(tensorOf(max, this.max.shape));
    });
  }

  /** The lowest and the highest end. */
  extent(): { min: number; max: number } {
    return {
      min: Math.min(...this.min.read().dataSync()),
      max: Math.max(...this.max.read().dataSync()),
    };
  }
}

function tensorOf(ends: number | ArrayLike<number>, shape: tf.Shape): tf.Tensor {
  const list = typeof ends === "number" ? [ends] : Array.from(ends);
  const channels = shape[0] ?? 1;
  if (list.length !== channels) {
    throw new RangeError(`invalid range: ${list.length} channels (expected ${channels})`);
  }
  return tf.tensor(list, shape as number[], "float32");
}
