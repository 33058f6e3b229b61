import type { Layer, LayerNode } from "../../graph/index.js";
import { permuted } from "../permuted.js";
import type { FloatBuilder } from "./builder.js";
import { refusal } from "./refusal.js";

/** One layer at one of its places in a float model, while it becomes ops. */
export class Place {
  readonly node: LayerNode;
  readonly type: string;
  readonly name: string;
  readonly builder: FloatBuilder;
  /** The tensors that the layer reads, as indices. */
  readonly inputs: readonly number[];

  constructor(node: LayerNode, builder: FloatBuilder, inputs: readonly number[]) {
    this.node = node;
    this.type = node.layer.getClassName();
    this.name = node.name;
    this.builder = builder;
    this.inputs = inputs;
  }

  get layer(): Layer {
    return this.node.layer;
  }

  /** The options that the layer was made with. */
  get config(): Record<string, unknown> {
    return this.layer.getConfig();
  }

  /** The shape of the layer's output, the batch as 1. */
  get shape(): number[] {
    return fixed(this.node.shape, this.name);
  }

  /** The shape of a tensor that the layer reads. */
  inputShape(i = 0): readonly number[] {
    return this.builder.tensors[this.inputs[i]!]!.shape;
  }

  /** The shape of a weight, as tfjs lays it out. */
  weightShape(i: number): number[] {
    return this.layer.weights[i]!.shape as number[];
  }

  /** Adds a weight, its axes in another order, and returns its index. */
  weight(
    i: number,
    { order, shape, name: last }: { order?: number[]; shape?: number[]; name?: string } = {},
  ): number {
    const weight = this.layer.weights[i]!;
    const from = this.weightShape(i);
    const name = `${this.name}/${last ?? weight.originalName.split("/").at(-1)}`;
    return this.builder.weight(name, () => {
      const values = weight.read().dataSync() as Float32Array;
      if (!order) return { shape: shape ?? from, values: values.slice() };
      const ordered = Float32Array.from(permuted(values, from, order));
      return { shape: shape ?? order.map((axis) => from[axis]!), values: ordered };
    });
  }

  /** The bias, the weight of an index, or −1 if the layer has none. */
  bias(i: number): number {
    return this.config.useBias === false ? -1 : this.weight(i);
  }

  /** A tensor in another shape. */
  reshape(input: number, shape: readonly number[]): number {
    const before = this.builder.tensors[input]!.shape;
    const isSame = before.length === shape.length && before.every((size, i) => size === shape[i]);
    if (isSame) return input;
    return this.builder.op({ type: "reshape", layer: this.name, inputs: [input] }, shape);
  }

  refusal(why: string): TypeError {
    return refusal(this.name, why);
  }
}

/** A shape with the batch 1. @throws TypeError if an axis besides the batch is open */
export function fixed(shape: readonly (number | null)[], name: string): number[] {
  const [, ...sizes] = shape;
  if (sizes.every((size) => size !== null)) return [1, ...(sizes as number[])];
  const sizesInWords = shape.map((size) => size ?? "?").join(", ");
  throw refusal(
    name,
    `its output is [${sizesInWords}] (expected a model whose inputs have fixed sizes besides the batch)`,
  );
}
