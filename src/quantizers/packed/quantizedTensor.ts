import { displaySymbol, type MimeBundle } from "../../display/index.js";
import { tf } from "../../tensorflow/index.js";
import { encodeTensor } from "../encode.js";
import { checkAnyFormat, codecOf, type Format } from "../format.js";
import { arrange } from "../formats/granularity.js";
import type { RangeTensors, ValueRange } from "../grid/range.js";
import type { Scales } from "../grid/scales.js";
import { pack, unpack } from "./packing.js";
import { describeQuantized } from "./quantizedDisplay.js";
import { readStored, type Stored, writeStored } from "./quantizedFile.js";

/**
 * A tensor as a format stores it: packed codes, and the scales that give them their meaning. It holds no
 * TensorFlow memory. Notebooks show its first codes beside their values.
 *
 * @example
 * const weights = q.quantizeTensor([[0.1, -0.7], [0.3, 0.2]], q.int(4, { per: "channel" }));
 * weights.bytes(); // Uint8Array(2) [ 130, 39 ]
 * weights.size; // 10 (bytes: 2 of codes, two scales of 4)
 */
export class QuantizedTensor {
  readonly format: Format;
  /** The shape of the values. */
  readonly shape: readonly number[];
  /** The scale, float32: one entry, or one for each channel, group or token. */
  readonly scale: Float32Array;
  /** The code of the value 0 for each scale; `undefined` where the format has none. */
  readonly zeroPoint: Int32Array | undefined;
  private readonly packed: Uint8Array;

  /** @internal Use {@link quantizeTensor} or {@link QuantizedTensor.load}. */
  constructor({ format, shape, bytes, scale, zeroPoint }: Stored) {
    this.format = format;
    this.shape = Object.freeze([...shape]);
    this.scale = scale;
    this.zeroPoint = zeroPoint;
    this.packed = bytes;
  }

  /**
   * A tensor in a file's bytes, as {@link QuantizedTensor.save} wrote them.
   *
   * @throws RangeError if the bytes aren't such a file, or end too early
   * @example
   * const file = q.quantizeTensor([1, -2], q.int(4)).save();
   * q.QuantizedTensor.load(file).dequantize(); // [ 1, -2 ]
   */
  static load(file: Uint8Array): QuantizedTensor {
    return new QuantizedTensor(readStored(file));
  }

  /** How many values there are. */
  get length(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }

  /**
   * The stored size in bytes: the packed codes; 4 bytes a scale, in MX formats 1; the zero points of asymmetric
   * formats in as many bytes as a code has; a codebook's values, 4 bytes each, unless they are published in a
   * paper.
   */
  get size(): number {
    const { format, packed, scale } = this;
    const scaled = format.kind !== "float" && format.kind !== "codebook" ? true : format.per;
    const scales = scaled || scale.some((s) => s !== 1) ? scale.length : 0;
    const zeros = this.zeroPoint?.some((zero) => zero !== 0) ? scale.length : 0;
    const table = format.kind === "codebook" && !format.standard ? format.values.length : 0;
    return (
      packed.length +
      scales * (format.kind === "mx" ? 1 : 4) +
      zeros * Math.ceil(format.bits / 8) +
      table * 4
    );
  }

  /**
   * The integer codes: int32 of the tensor's shape; the caller disposes it.
   *
   * @example
   * q.quantizeTensor([0, 0.5, 1], q.uint(2)).codes(); // [ 0, 2, 3 ]
   */
  codes(): tf.Tensor {
    return tf.tensor(this.unpacked(), [...this.shape], "int32");
  }

  /**
   * The values of the codes, those that `fakeQuantize` returns: float32 of the tensor's shape; the
   * caller disposes it.
   *
   * @example
   * q.quantizeTensor([0.2, 0.5, 0.9], q.uint(2), { min: 0, max: 1.5 }).dequantize(); // [ 0, 0.5, 1 ]
   */
  dequantize(): tf.Tensor {
    const { format, scale, zeroPoint } = this;
    return tf.tidy(() => {
      const all = scale.length === 1;
      const vector = (values: ArrayLike<number>) =>
        all ? tf.scalar(values[0]!) : tf.tensor1d(Float32Array.from(values));
      const codes = tf.cast(this.codes(), "float32");
      const sharing = all ? { per: undefined } : format;
      const { rows, restore } = arrange(codes, sharing, all ? undefined : scale.length);
      const parameters = { scale: vector(scale), zeroPoint: zeroPoint && vector(zeroPoint) };
      return restore(codecOf(format).decode(rows, parameters, format));
    });
  }

  /**
   * The packed codes: as many bits each as the format has, from the lowest bit of a byte on.
   *
   * @example
   * q.quantizeTensor([1, 2, 3, 0, 1], q.uint(2)).bytes(); // Uint8Array(2) [ 57, 1 ]
   */
  bytes(): Uint8Array {
    return this.packed.slice();
  }

  /**
   * The bytes of a file that {@link QuantizedTensor.load} reads: format, shape, scales and packed codes.
   *
   * @example
   * q.quantizeTensor([1, -2], q.int(4)).save() instanceof Uint8Array; // true
   */
  save(): Uint8Array {
    const { format, shape, scale, zeroPoint, packed } = this;
    return writeStored({ format, shape: [...shape], scale, zeroPoint, bytes: packed });
  }

  /** @internal */
  [displaySymbol](): MimeBundle {
    return describeQuantized(this);
  }

  private unpacked(): Int32Array {
    const { format, packed, length } = this;
    // Binary codes are stored as 0 and 1.
    if (format.kind === "binary") return unpack(packed, 1, length).map((bit) => 2 * bit - 1);
    return unpack(packed, format.bits, length, { signed: isSigned(format) });
  }
}

/**
 * Stores a tensor in a number format: see {@link QuantizedTensor}.
 *
 * @param x float32 of any shape, channels last
 * @param format the number format
 * @param range as `fakeQuantize` takes it; default: the range that the values of x need
 * @throws RangeError if a value is NaN and the format has no code for NaN; otherwise as `fakeQuantize`
 * @example
 * const kernel = q.tf.tensor2d([0.1, -0.7, 0.3, 0.2], [2, 2]);
 * const stored = q.quantizeTensor(kernel, q.int(4, { per: "channel" }));
 * stored.codes(); // [ 2, -8, 7, 2 ]
 * stored.scale; // Float32Array(2) [ 0.04286, 0.0875 ]
 */
export function quantizeTensor(
  x: tf.Tensor | tf.TensorLike,
  format: Format,
  range?: ValueRange | RangeTensors | Scales,
): QuantizedTensor {
  checkAnyFormat(format);
  const { values, shape, scale, zeroPoint } = encodeTensor(x, format, range);
  const codes = format.kind === "binary" ? values.map((code) => (code + 1) / 2) : values;
  return new QuantizedTensor({ format, shape, bytes: pack(codes, format.bits), scale, zeroPoint });
}

function isSigned(format: Format): boolean {
  if (format.kind === "mx") return format.element === "int8";
  return format.kind === "int" || format.kind === "ternary";
}
