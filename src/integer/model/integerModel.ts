import { type Displayable, displaySymbol, type MimeBundle } from "../../display/index.js";
import { tf } from "../../tensorflow/index.js";
import { quantize } from "../arithmetic/index.js";
import type { IntegerProgram, IntegerTensor, KernelName } from "../program/index.js";
import { IntegerTrace } from "../trace/index.js";
import { IntegerLayer, sizeOf } from "./integerLayer.js";
import { programTable } from "./table.js";

interface IntegerModelOptions {
  program: IntegerProgram;
  notes?: readonly string[];
  native?: boolean;
}

/**
 * A model that computes with integers only, from {@link convert}. For its callers it is a tfjs Layers model: it
 * quantizes the inputs of `predict`, and dequantizes the outputs. It can't be trained.
 *
 * @example
 * const integer = q.convert(qat);
 * integer.predict(test.xs.slice(0, 2)).shape; // [ 2, 10 ]
 */
export class IntegerModel extends tf.LayersModel implements Displayable {
  /** The integers themselves: tensors, and ops in their order. */
  readonly program: IntegerProgram;
  /** Sentences on layers that were converted in a way that a user wouldn't guess. */
  readonly notes: readonly string[];

  /** @internal */
  constructor({ program, notes = [], native = false }: IntegerModelOptions) {
    super(functional(program, native));
    this.program = program;
    this.notes = notes;
  }

  /** Whose arithmetic the integers have. */
  get kernel(): KernelName {
    return this.program.kernel;
  }

  /**
   * The bytes of weights and biases; weights of at most 4 bits count half a byte each.
   *
   * @example
   * q.convert(qat).bytes; // 2000
   */
  get bytes(): number {
    return this.program.tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  }

  /**
   * The layers that TensorFlow computes, with `native: true`: those whose sums can't reach 2²⁴, up to which float32
   * numbers are exact whole numbers, and those that only move codes. Without `native` there are none.
   */
  get nativeLayers(): readonly string[] {
    const layer = this.#layer;
    return layer.native ? layer.nativeEngine.layers : [];
  }

  /**
   * The codes of the model's outputs, for codes or values of its inputs.
   *
   * @param xs values `[n, …]`, float32
   * @returns for each output the codes of all examples, one after the other
   * @throws RangeError if a value is NaN
   * @example
   * q.convert(qat).codes(test.xs.slice(0, 2))[0]!.length; // 20
   */
  codes(xs: tf.Tensor | tf.Tensor[]): Int32Array[] {
    return this.#layer.codesOf([xs].flat());
  }

  /**
   * The integers of one example on their way: each op's codes, accumulators and multipliers.
   *
   * @param x one example, `[1, …]` or without the batch; for several inputs a list
   * @throws RangeError if there is more than one example
   * @example
   * q.convert(qat).trace(test.xs.slice(0, 1)).at("logits").codes.length; // 10
   */
  trace(x: tf.Tensor | tf.Tensor[]): IntegerTrace {
    const { program } = this;
    const codes = program.inputs.map((input, i) => {
      const tensor = program.tensors[input]!;
      const values = [x].flat()[i];
      if (values?.size !== sizeOf(tensor)) {
        throw new RangeError(
          `invalid example: [${values?.shape.join(", ")}] for the input "${tensor.name}" (expected one of [${tensor.shape.join(", ")}], as in integer.trace(test.xs.slice(0, 1)))`,
        );
      }
      return quantize(values.dataSync(), tensor, program.kernel);
    });
    return new IntegerTrace(program, codes);
  }

  /**
   * The same integers, run by another runtime's kernel.
   *
   * @example
   * q.convert(qat).as("tflite-reference").kernel; // "tflite-reference"
   */
  as(kernel: KernelName): IntegerModel {
    return new IntegerModel({ program: { ...this.program, kernel }, notes: this.notes });
  }

  override toString(): string {
    const { name, program } = this;
    return `integer model "${name}", ${program.ops.length} ops, ${this.bytes} bytes, as ${program.kernel} computes`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  [displaySymbol](): MimeBundle {
    return programTable(this.program, this.bytes);
  }

  get #layer(): IntegerLayer {
    return this.layers.find((layer) => layer instanceof IntegerLayer) as IntegerLayer;
  }
}

/** The bytes of a constant. */
export function bytesOf({ codes, smallest, largest }: IntegerTensor): number {
  if (!codes) return 0;
  const isNarrow = codes instanceof Int8Array && smallest >= -8 && largest <= 7;
  return isNarrow ? Math.ceil(codes.length / 2) : codes.byteLength;
}

/** The inputs, the one layer and its outputs, as tfjs takes them. */
function functional(program: IntegerProgram, native: boolean) {
  const inputs = program.inputs.map((input) => {
    const { name, shape, type } = program.tensors[input]!;
    const dtype = type === "int32" ? "int32" : "float32";
    return tf.input({ name, shape: shape.slice(1), dtype });
  });
  const layer = new IntegerLayer({ program, native });
  const outputs = layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as
    | tf.SymbolicTensor
    | tf.SymbolicTensor[];
  return { inputs, outputs, name: program.name };
}
