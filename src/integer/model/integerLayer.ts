import type { serialization } from "@tensorflow/tfjs";
import { tf } from "../../tensorflow/index.js";
import { dequantize, quantize } from "../arithmetic/index.js";
import { createEngine, type Engine } from "../engine/index.js";
import { createNativeEngine, type NativeEngine } from "../native/index.js";
import type { IntegerProgram, IntegerTensor } from "../program/index.js";
import { programFromText, programText } from "./config.js";

/** The options of an {@link IntegerLayer}. */
export interface IntegerLayerOptions {
  program: IntegerProgram;
  /** Whether TensorFlow sums the products, where it can't err. Default false. */
  native?: boolean;
  name?: string;
}

/**
 * @internal
 * A layer that runs an integer program: it quantizes its inputs, runs the engine on each example, and dequantizes
 * the outputs.
 */
export class IntegerLayer extends tf.layers.Layer {
  static readonly className = "IntegerLayer";
  readonly program: IntegerProgram;
  readonly native: boolean;
  #engine: Engine | undefined;
  #nativeEngine: NativeEngine | undefined;

  constructor({ program, native = false, name = "integers" }: IntegerLayerOptions) {
    super({ name, trainable: false });
    this.program = program;
    this.native = native;
  }

  /** The twin that runs batches in TensorFlow, which is made when it is first used. */
  get nativeEngine(): NativeEngine {
    this.#nativeEngine ??= createNativeEngine(this.program);
    return this.#nativeEngine;
  }

  /** The codes of the outputs, of all examples one after the other. */
  codesOf(inputs: readonly tf.Tensor[]): Int32Array[] {
    const { program } = this;
    const codes = program.inputs.map((input, i) =>
      quantize(inputs[i]!.dataSync(), this.at(input), program.kernel),
    );
    const count = inputs[0]!.shape[0]!;
    return this.native ? this.runNative(codes, count) : this.runArrays(codes, count);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const { outputs } = this.program;
    const tensors = this.codesOf([inputs].flat()).map((codes, i) => {
      const tensor = this.at(outputs[i]!);
      return tf.tensor(dequantize(codes, tensor), batched(tensor, codes.length / sizeOf(tensor)));
    });
    return tensors.length === 1 ? tensors[0]! : tensors;
  }

  override computeOutputShape(): tf.Shape | tf.Shape[] {
    const shapes = this.program.outputs.map((output) => [null, ...this.at(output).shape.slice(1)]);
    return shapes.length === 1 ? shapes[0]! : shapes;
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), program: programText(this.program), native: this.native };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    { program, native, name }: serialization.ConfigDict,
  ): T {
    return new cls({ program: programFromText(program), native, name } as never);
  }

  override dispose(): ReturnType<tf.LayersModel["dispose"]> {
    this.#nativeEngine?.dispose();
    this.#nativeEngine = undefined;
    return super.dispose() as ReturnType<tf.LayersModel["dispose"]>;
  }

  private runArrays(codes: readonly (Int16Array | Int32Array)[], count: number): Int32Array[] {
    this.#engine ??= createEngine(this.program);
    const { outputs } = this.program;
    const results = outputs.map((output) => new Int32Array(count * sizeOf(this.at(output))));
    for (let example = 0; example < count; example++) {
      const written = this.#engine.run(codes.map((all) => entry(all, example, count)));
      written.forEach((output, i) => {
        results[i]!.set(output, example * output.length);
      });
    }
    return results;
  }

  private runNative(codes: readonly (Int16Array | Int32Array)[], count: number): Int32Array[] {
    const engine = this.nativeEngine;
    return tf.tidy(() => {
      const inputs = codes.map((all, i) =>
        tf.tensor(Float32Array.from(all), batched(this.at(this.program.inputs[i]!), count)),
      );
      return engine.run(inputs).map((output) => Int32Array.from(output.dataSync()));
    });
  }

  private at(tensor: number): IntegerTensor {
    return this.program.tensors[tensor]!;
  }
}

/** How many codes a tensor has. */
export function sizeOf({ shape }: Pick<IntegerTensor, "shape">): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** The shape of a batch. */
function batched({ shape }: IntegerTensor, count: number): number[] {
  return [count, ...shape.slice(1)];
}

/** One example's share of a list. */
function entry<T extends Int16Array | Int32Array>(all: T, example: number, count: number): T {
  const length = all.length / count;
  return all.subarray(example * length, (example + 1) * length) as T;
}

tf.serialization.registerClass(IntegerLayer);
