import {
  fakeQuantGradient,
  fakeQuantGradients,
  fakeQuantValues,
  gradientForX,
  tf,
} from "../../tensorflow/index.js";
import { integerCodec } from "../codecs/integer.js";
import type { IntegerFormat } from "../formats/integer.js";
import { gridRangeTensors, scalesAndZeroPoints } from "./grid.js";
import type { RangeTensors } from "./range.js";

/** The gradients that go back through rounding. */
export interface ClippedGradients {
  /** The gradient where the value lies in the range, else 0: float32 of x's shape. */
  x: tf.Tensor;
  /** The sums over the values below the range, of the range's shape. */
  below: tf.Tensor;
  /** The sums over the values above the range, of the range's shape. */
  above: tf.Tensor;
}

/** @internal The gradients that {@link Grid.rangeGradients} finds. */
export interface RangeGradients extends ClippedGradients {
  /** The sums of x's gradient times the error of rounding, of the range's shape. */
  rounding: tf.Tensor;
}

/** Scale and zero point, and the range that TensorFlow's op takes. */
interface Steps {
  scale: tf.Tensor;
  zeroPoint: tf.Tensor;
  range: RangeTensors;
}

/**
 * Where the values of an integer format lie: value = scale · (code − zeroPoint), for the codes of the format. A grid is
 * made of a range, and moves that range until 0 has a code (Jacob et al. 2018, arXiv:1712.05877, section 3.1).
 * Estimators, quantizers and TensorFlow's op share it within a training step, in tensor ops, so that a step can be
 * compiled.
 *
 * `min`, `max`, `scale` and `zeroPoint` are scalars, for values of any shape; or they have the shape `[channels]`, for
 * values of the shape `[rows, channels]`. In an estimator they belong to its call, and are disposed of at its end.
 *
 * @example
 * const grid: q.estimators.Grid = q.estimators.grid(q.int(3), { min: -1, max: 0.75 });
 * grid.scale; // [ 0.25 ]
 */
export class Grid {
  readonly format: IntegerFormat;
  /** The lower end of the range that the grid is made of. */
  readonly min: tf.Tensor;
  /** The upper end of the range that the grid is made of. */
  readonly max: tf.Tensor;
  #steps: Steps | undefined;

  /** @internal */
  constructor(format: IntegerFormat, { min, max }: RangeTensors) {
    this.format = format;
    this.min = min;
    this.max = max;
  }

  /** The distance of neighbouring values. It is 0 where the range is [0, 0]. */
  get scale(): tf.Tensor {
    return this.#found().scale;
  }

  /** The code of the value 0. */
  get zeroPoint(): tf.Tensor {
    return this.#found().zeroPoint;
  }

  /** @internal How many scales there are; `undefined` where all values share one. */
  get columns(): number | undefined {
    return this.min.rank === 0 ? undefined : this.min.size;
  }

  /**
   * The nearest values of the grid, float32 of x's shape. NaN stays NaN.
   *
   * @example
   * q.estimators.grid(q.int(3), { min: -1, max: 0.75 }).round(q.tf.tensor([0.3, 9])); // [ 0.25, 0.75 ]
   */
  round(x: tf.Tensor): tf.Tensor {
    if (this.#native) {
      const { min, max } = this.#opRange;
      return fakeQuantValues(x, min, max, this.format);
    }
    return tf.where(tf.isNaN(x), x, this.values(this.codes(x)));
  }

  /** @internal The nearest codes, whole numbers in float32. */
  codes(x: tf.Tensor): tf.Tensor {
    return integerCodec.encode(x, this.#found(), this.format);
  }

  /** @internal The values of codes. */
  values(codes: tf.Tensor): tf.Tensor {
    return integerCodec.decode(codes, this.#found(), this.format);
  }

  /**
   * The values of x, held between the smallest and the largest value of the grid.
   *
   * @example
   * q.estimators.grid(q.int(3), { min: -1, max: 0.75 }).clip(q.tf.tensor([0.5, 9])); // [ 0.5, 0.75 ]
   */
  clip(x: tf.Tensor): tf.Tensor {
    const { smallest, largest } = this.format;
    const low = tf.mul(tf.sub(smallest, this.zeroPoint), this.scale);
    const high = tf.mul(tf.sub(largest, this.zeroPoint), this.scale);
    return tf.maximum(tf.minimum(x, high), low);
  }

  /**
   * The gradient of the clipped straight-through estimator: dy where x lies in the range, else 0.
   *
   * @example
   * const grid = q.estimators.grid(q.int(3), { min: -1, max: 0.75 });
   * grid.gradient(q.tf.tensor([2, 2]), q.tf.tensor([0.3, 9])); // [ 2, 0 ]
   */
  gradient(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
    if (!this.#native) return tf.mul(dy, this.#inside(x));
    const { min, max } = this.#opRange;
    return gradientForX.of(dy, x, min, max, this.format);
  }

  /**
   * The gradient of the clipped straight-through estimator, and the sums of dy over the values outside the range.
   *
   * @example
   * const grid = q.estimators.grid(q.int(3), { min: -1, max: 0.75 });
   * grid.gradients(q.tf.tensor([2, 2, 2]), q.tf.tensor([0.3, 9, 10])).above; // [ 4 ]
   */
  gradients(dy: tf.Tensor, x: tf.Tensor): ClippedGradients {
    if (this.#native) {
      const { min, max } = this.#opRange;
      const [dx, below, above] = fakeQuantGradient(dy, x, min, max, this.format);
      return { x: dx!, below: below!, above: above! };
    }
    const dx = tf.mul(dy, this.#inside(x));
    const outside = tf.sub(dy, dx);
    // 0 lies in every range.
    const positive = tf.mul(outside, tf.cast(tf.greater(x, 0), "float32"));
    return { x: dx, below: this.sum(tf.sub(outside, positive)), above: this.sum(positive) };
  }

  /**
   * @internal
   * {@link gradients}, and the sums of x's gradient times value − x.
   *
   * @param value x rounded to the grid
   */
  rangeGradients(dy: tf.Tensor, x: tf.Tensor, value: tf.Tensor): RangeGradients {
    if (!this.#native) {
      const gradients = this.gradients(dy, x);
      return { ...gradients, rounding: this.sum(tf.mul(gradients.x, tf.sub(value, x))) };
    }
    const { min, max } = this.#opRange;
    const { bits, narrowRange } = this.format;
    const attributes = { bits, narrowRange, value };
    const [dx, below, above, rounding] = fakeQuantGradients(dy, x, min, max, attributes);
    return { x: dx!, below: below!, above: above!, rounding: rounding! };
  }

  /**
   * The sums over the values that share a scale: float32 of the scale's shape.
   *
   * @example
   * q.estimators.grid(q.int(3), { min: -1, max: 0.75 }).sum(q.tf.tensor([1, 2])); // [ 3 ]
   */
  sum(terms: tf.Tensor): tf.Tensor {
    return this.columns === undefined ? tf.sum(terms) : tf.sum(terms, 0);
  }

  /** Whether TensorFlow's own op computes. */
  get #native(): boolean {
    return this.format.rounding === "halfUp";
  }

  get #opRange(): RangeTensors {
    return this.format.powerOfTwo ? this.#found().range : this;
  }

  /** 1 where the rounded code needs no clipping, as in PyTorch, else 0. */
  #inside(x: tf.Tensor): tf.Tensor {
    return integerCodec.inside(x, this.#found(), this.format)!;
  }

  /**
   * The scale and the zero point are computed when they are first needed, and anew once the tf.tidy that held
   * them has ended.
   */
  #found(): Steps {
    if (!this.#steps || this.#steps.scale.isDisposed) {
      const range = gridRangeTensors(this, this.format);
      this.#steps = { ...scalesAndZeroPoints(range, this.format), range };
    }
    return this.#steps;
  }
}
