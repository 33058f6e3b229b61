import {
  clampOf,
  type FusedActivation,
  type IntegerOp,
  type IntegerTensor,
} from "../../integer/index.js";
import { withActivation } from "./activation.js";
import type { Dimension, OnnxGraph } from "./graph.js";
import {
  channelsFirst,
  channelsLast,
  inOrder,
  isAlike,
  isFlat,
  isSame,
  type Layout,
  partsOf,
} from "./layout.js";
import { type AnyTensor, isFloat, type Program } from "./program.js";
import { isAccumulator, type QuantizedForm } from "./quantizedForm.js";

/** A tensor in one layout: the name of its float value, which dequantization makes when it is first read. */
interface Held {
  readonly layout: Layout;
  readonly codes?: string;
  float?: string;
}

/** @internal The values of a program while it becomes an ONNX graph: ops read and write tensors here. */
export class Values {
  readonly graph: OnnxGraph;
  /** The size of the batch, or the name of an open size. */
  readonly batch: Dimension;
  readonly #program: Program;
  readonly #form: QuantizedForm;
  readonly #held = new Map<number, Held[]>();

  constructor(program: Program, graph: OnnxGraph, batch: Dimension, form: QuantizedForm) {
    this.#program = program;
    this.graph = graph;
    this.batch = batch;
    this.#form = form;
  }

  tensor(index: number): AnyTensor {
    return this.#program.tensors[index]!;
  }

  shape(index: number): readonly number[] {
    return this.tensor(index).shape;
  }

  /** The sizes of a tensor in the file. */
  dims(index: number, layout: Layout): Dimension[] {
    return [this.batch, ...inOrder(layout, this.shape(index)).slice(1)];
  }

  /** The layout in which a tensor was written. */
  layoutOf(index: number): Layout {
    return this.#held.get(index)?.[0]?.layout ?? "last";
  }

  /** The float value of a tensor in a layout. */
  read(index: number, layout: Layout): string {
    if (this.#form.isConstant(this.tensor(index))) return this.#constant(index, layout);
    const held = this.#held.get(index)!;
    const ready = held.find((form) => isSame(form.layout, layout)) ?? this.#moved(index, layout);
    ready.float ??= this.#form.dequantize(this.#integer(index), ready.codes!);
    return ready.float;
  }

  /**
   * The float value of a tensor that is quantized again at once. A clamp to all codes stands before its
   * dequantization: ONNX Runtime would merge two quantizations that follow each other, and round once.
   */
  readApart(index: number, layout: Layout): string {
    const value = this.read(index, layout);
    const codes = this.#held.get(index)?.find((form) => isSame(form.layout, layout))?.codes;
    return codes === undefined ? value : this.#form.apart(this.#integer(index), codes);
  }

  /** The float value of a weight or a bias with its axes in another order. */
  weights(index: number, order?: readonly number[]): string {
    const shape = this.shape(index);
    return this.#form.weights(this.tensor(index), shape, order ?? shape.map((_, i) => i));
  }

  /** The float value of a dense layer's weights `[out, in]`, for an input in a layout. */
  denseWeights(index: number, layout: Layout): string {
    const shape = this.shape(index);
    if (!isFlat(layout)) return this.weights(index);
    const apart = [shape[0]!, layout.positions, layout.channels];
    return this.#form.weights(this.tensor(index), apart, [0, 2, 1], shape);
  }

  /**
   * Writes the tensor of an op.
   *
   * @param value the float value that the op computes
   * @param options `activation`: a clamp of the op; `keepsCodes`: whether the op moves codes without computing any
   */
  write(
    { output }: Pick<IntegerOp, "output">,
    value: string,
    layout: Layout,
    {
      activation = "none",
      keepsCodes = false,
    }: { activation?: FusedActivation; keepsCodes?: boolean } = {},
  ): void {
    this.#hold(output, this.#heldAs(output, value, layout, { activation, keepsCodes }));
  }

  /** Adds the program's input to the graph. */
  addInput(index: number, layout: Layout): void {
    const tensor = this.tensor(index);
    const type = tensor.type === "int32" ? "int32" : "float";
    const value = this.graph.input(tensor.name, type, this.dims(index, layout));
    if (type === "int32") this.#hold(index, { layout, float: value });
    else this.write({ output: index }, value, layout);
  }

  /** Adds the program's output to the graph, channels last. */
  addOutput(index: number, layout: Layout): void {
    const { name } = this.tensor(index);
    const ready =
      this.#held.get(index)?.find((form) => isSame(form.layout, layout)) ??
      this.#moved(index, layout);
    // The output has a dequantization of its own: a value that is read inside as well would keep ONNX Runtime
    // from computing with codes.
    const value = ready.codes
      ? this.#form.dequantize(this.#integer(index), ready.codes)
      : this.read(index, layout);
    this.graph.output(value, name, this.dims(index, layout));
  }

  #integer(index: number): IntegerTensor {
    return this.tensor(index) as IntegerTensor;
  }

  #hold(index: number, held: Held): Held {
    this.#held.set(index, [...(this.#held.get(index) ?? []), held]);
    return held;
  }

  #heldAs(
    index: number,
    value: string,
    layout: Layout,
    options: { activation: FusedActivation; keepsCodes: boolean },
  ): Held {
    const tensor = this.tensor(index);
    if (isFloat(tensor) || isAccumulator(tensor)) {
      return { layout, float: withActivation(this.graph, value, options.activation, tensor.name) };
    }
    const clamp = options.keepsCodes ? undefined : clampOf(options.activation, tensor);
    return { layout, codes: this.#form.quantize(tensor, value, clamp) };
  }

  #constant(index: number, layout: Layout): string {
    const shape = this.shape(index);
    if (isFlat(layout)) {
      const form = [1, layout.positions, layout.channels];
      return this.#form.activation(this.tensor(index), form, [0, 2, 1], shape);
    }
    const order = layout === "first" ? channelsFirst(shape.length) : shape.map((_, i) => i);
    return this.#form.activation(this.tensor(index), shape, order);
  }

  /** Brings a tensor into another layout. */
  #moved(index: number, layout: Layout): Held {
    const from = this.layoutOf(index);
    if (isFlat(from)) return this.#unflattened(index, from, layout);
    const rank = this.shape(index).length;
    const value = this.read(index, from);
    const moved = isAlike(partsOf(this.shape(index)))
      ? this.reshaped(value, this.dims(index, layout), this.tensor(index).name)
      : this.transposed(
          value,
          layout === "first" ? channelsFirst(rank) : channelsLast(rank),
          index,
        );
    return this.#keep(index, moved, layout);
  }

  /** Brings flattened values with channels first into the program's order. */
  #unflattened(
    index: number,
    { positions, channels }: { positions: number; channels: number },
    layout: Layout,
  ): Held {
    const { name } = this.tensor(index);
    const value = this.read(index, this.layoutOf(index));
    const apart = this.reshaped(value, [this.batch, channels, positions], name);
    const turned = this.transposed(apart, [0, 2, 1], index);
    return this.#keep(index, this.reshaped(turned, this.dims(index, layout), name), layout);
  }

  #keep(index: number, value: string, layout: Layout): Held {
    const options = { activation: "none", keepsCodes: true } as const;
    return this.#hold(index, this.#heldAs(index, value, layout, options));
  }

  /** The float value of a tensor as a matrix: all axes but the last are rows. */
  asMatrix(index: number): string {
    const { name, shape } = this.tensor(index);
    const dims = ["rows", shape.at(-1)!];
    return this.#requantized(index, this.reshaped(this.read(index, "last"), dims, name));
  }

  /** The float value of a tensor with its axes in another order. */
  turned(index: number, order: readonly number[]): string {
    return this.#requantized(index, this.transposed(this.read(index, "last"), order, index));
  }

  /** Writes the tensor of an op out of a value with the same codes in another shape. */
  writeReshaped(
    op: Pick<IntegerOp, "output">,
    value: string,
    activation: FusedActivation = "none",
  ): void {
    const { name } = this.tensor(op.output);
    const computed = this.#heldAs(op.output, value, "last", { activation, keepsCodes: false });
    const float =
      computed.float ?? this.#form.dequantize(this.#integer(op.output), computed.codes!);
    const dims = this.dims(op.output, "last");
    this.write(op, this.reshaped(float, dims, name), "last", { keepsCodes: true });
  }

  /** A list of integers. */
  list(values: readonly number[], name: string): string {
    return this.graph.constant(name, { dims: [values.length], type: "int64", values });
  }

  /** A value that an op moved, on the tensor's grid again, where the tensor has one. */
  #requantized(index: number, value: string): string {
    const options = { activation: "none", keepsCodes: true } as const;
    const held = this.#heldAs(index, value, "last", options);
    return held.float ?? this.#form.dequantize(this.#integer(index), held.codes!);
  }

  /** A value in another shape; a size that is open follows from the others. */
  reshaped(value: string, dims: readonly Dimension[], name: string): string {
    const values = dims.map((size) => (typeof size === "number" ? size : -1));
    const shape = this.list(values, `${name}_shape`);
    return this.graph.node("Reshape", [value, shape], `${name}_reshaped`);
  }

  transposed(value: string, order: readonly number[], index: number): string {
    const attributes = { perm: { ints: [...order] } };
    return this.graph.node(
      "Transpose",
      [value],
      `${this.tensor(index).name}_transposed`,
      attributes,
    );
  }
}
