import type { Clamp, IntegerTensor } from "../../integer/index.js";
import { permuted } from "../permuted.js";
import { blocksOf } from "./blocks.js";
import type { OnnxGraph } from "./graph.js";
import { type AnyTensor, isFloat } from "./program.js";
import type { ElementType } from "./schema.js";

/** The distance of the file's uint8 codes from the program's int8 codes. */
const shift = 128;

/** The clamp that leaves all codes. */
const all: Clamp = { smallest: -shift, largest: shift - 1 };

/** @internal Whether a tensor holds the sums of a layer, which the file gives as float numbers. */
export const isAccumulator = ({ type }: AnyTensor): boolean => type === "int32";

/**
 * @internal
 * How tensors are quantized in the file: activations as uint8, which ONNX Runtime computes with whole; int8
 * activations it would leave in float.
 */
export class QuantizedForm {
  readonly #graph: OnnxGraph;
  readonly #int4: boolean;

  /** @param int4 whether weights of at most four bits are written as int4 */
  constructor(graph: OnnxGraph, int4: boolean) {
    this.#graph = graph;
    this.#int4 = int4;
  }

  isConstant(tensor: AnyTensor): boolean {
    return (isFloat(tensor) ? tensor.values : tensor.codes) !== undefined;
  }

  /** The uint8 codes of a float value. */
  quantize(tensor: IntegerTensor, value: string, clamp = all): string {
    const codes = this.#graph.node(
      "QuantizeLinear",
      [value, ...this.#grid(tensor)],
      `${tensor.name}_codes`,
    );
    // A clamp of codes is exact, and doesn't stand between an op and its quantization.
    if (clamp.smallest <= all.smallest && clamp.largest >= all.largest) return codes;
    return this.#clamped(tensor, codes, clamp);
  }

  /** The float value of uint8 codes, behind a clamp that changes none. */
  apart(tensor: IntegerTensor, codes: string): string {
    return this.dequantize(tensor, this.#clamped(tensor, codes, all));
  }

  #clamped({ name }: IntegerTensor, codes: string, { smallest, largest }: Clamp): string {
    const limits = [smallest, largest].map((code) =>
      this.#scalar(`${name}_limit`, "uint8", code + shift),
    );
    return this.#graph.node("Clip", [codes, ...limits], `${name}_clipped`);
  }

  /** The float value of uint8 codes. */
  dequantize(tensor: IntegerTensor, codes: string): string {
    return this.#graph.node("DequantizeLinear", [codes, ...this.#grid(tensor)], tensor.name);
  }

  /** The float value of a weight or a bias, its axes in another order. */
  weights(
    tensor: AnyTensor,
    shape: readonly number[],
    order: readonly number[],
    dims: readonly number[] = order.map((axis) => shape[axis]!),
  ): string {
    if (isFloat(tensor)) {
      const values = permuted(tensor.values!, shape, order);
      return tensor.blockSize === undefined
        ? this.#floats(tensor.name, dims, values)
        : this.#blocked(tensor.name, dims as [number, number], { values, size: tensor.blockSize });
    }
    const type = tensor.type === "int32" ? "int32" : this.#weightType(tensor);
    const values = permuted(tensor.codes!, shape, order);
    const codes = this.#graph.constant(`${tensor.name}_codes`, { dims, type, values });
    const ends = tensor.axis === undefined ? [] : [tensor.scale.length];
    const scale = this.#graph.constant(`${tensor.name}_scale`, {
      dims: ends,
      type: "float",
      values: tensor.axis === undefined ? tensor.scale.slice(0, 1) : tensor.scale,
    });
    const zeroPoint = this.#graph.constant(`${tensor.name}_zero_point`, {
      dims: ends,
      type,
      values: tensor.axis === undefined ? tensor.zeroPoint.slice(0, 1) : tensor.zeroPoint,
    });
    const inputs = [codes, scale, zeroPoint];
    if (tensor.axis === undefined) return this.#graph.node("DequantizeLinear", inputs, tensor.name);
    const axis = { int: order.indexOf(tensor.axis) };
    return this.#graph.node("DequantizeLinear", inputs, tensor.name, { axis });
  }

  /** The float value of a constant that stands where activations do, on their uint8 grid. */
  activation(
    tensor: AnyTensor,
    shape: readonly number[],
    order: readonly number[],
    dims: readonly number[] = order.map((axis) => shape[axis]!),
  ): string {
    if (isFloat(tensor))
      return this.#floats(tensor.name, dims, permuted(tensor.values!, shape, order));
    const values = permuted(tensor.codes!, shape, order).map((code) => code + shift);
    const codes = this.#graph.constant(`${tensor.name}_codes`, { dims, type: "uint8", values });
    return this.dequantize(tensor, codes);
  }

  #floats(name: string, dims: readonly number[], values: number[]): string {
    return this.#graph.constant(name, { dims, type: "float", values });
  }

  /** A matrix of 4-bit codes with a scale for each block of a row (ONNX, DequantizeLinear of opset 21, `block_size`). */
  #blocked(
    name: string,
    dims: readonly [number, number],
    { values, size }: { values: number[]; size: number },
  ): string {
    const { codes, scale } = blocksOf(values, dims, size);
    const inputs = [
      this.#graph.constant(`${name}_codes`, { dims, type: "int4", values: codes }),
      this.#graph.constant(`${name}_scale`, {
        dims: [dims[0], Math.ceil(dims[1] / size)],
        type: "float",
        values: scale,
      }),
    ];
    const attributes = { axis: { int: 1 }, block_size: { int: size } };
    return this.#graph.node("DequantizeLinear", inputs, name, attributes);
  }

  #weightType({ smallest, largest }: IntegerTensor): ElementType {
    return this.#int4 && smallest >= -8 && largest <= 7 ? "int4" : "int8";
  }

  #grid({ name, scale, zeroPoint }: IntegerTensor): [scale: string, zeroPoint: string] {
    return [
      this.#scalar(`${name}_scale`, "float", scale[0]!),
      this.#scalar(`${name}_zero_point`, "uint8", zeroPoint[0]! + shift),
    ];
  }

  #scalar(name: string, type: ElementType, value: number): string {
    return this.#graph.constant(name, { dims: [], type, values: [value] });
  }
}
