import type { Layer, LayerNode } from "../../graph/index.js";
import { permuted } from "../permuted.js";
import type { FloatBuilder } from "./builder.js";
import { refusal } from "./refusal.js";

/** The properties that stand for those of a node, where a layer is written in parts or in another layout. */
interface View {
  inputs?: readonly number[];
  shape?: readonly number[];
  /** The layer whose type, options and weights count. */
  layer?: Layer;
  /** Options that the layer is taken to have. */
  config?: Record<string, unknown>;
}

/** One layer at one of its places in a float model, while it becomes ops. */
export class Place {
  readonly node: LayerNode;
  readonly type: string;
  readonly name: string;
  readonly builder: FloatBuilder;
  /** The tensors that the layer reads, as indices. */
  readonly inputs: readonly number[];

  readonly layer: Layer;
  readonly #view: View;

  constructor(node: LayerNode, builder: FloatBuilder, inputs: readonly number[], view: View = {}) {
    this.node = node;
    this.layer = view.layer ?? node.layer;
    this.type = this.layer.getClassName();
    this.name = node.name;
    this.builder = builder;
    this.inputs = view.inputs ?? inputs;
    this.#view = view;
  }

  /** The same layer at other tensors, in another shape, or as another layer does it. */
  seen(view: View): Place {
    return new Place(this.node, this.builder, this.inputs, { ...this.#view, ...view });
  }

  /** The options that the layer was made with. */
  get config(): Record<string, unknown> {
    return { ...this.layer.getConfig(), ...this.#view.config };
  }

  /** The shape of the layer's output, the batch as 1. */
  get shape(): number[] {
    return this.#view.shape ? [...this.#view.shape] : fixed(this.node.shape, this.name);
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

  /**
   * A tensor's axes in another order: axis i of the result is axis `order[i]`. Undoes an op that brought them into this
   * order, if there is one.
   */
  transpose(input: number, order: readonly number[]): number {
    const { ops, tensors } = this.builder;
    const earlier = ops.find(({ output }) => output === input);
    if (earlier?.type === "transpose" && order.every((axis, i) => earlier.order[axis] === i)) {
      return earlier.inputs[0]!;
    }
    const op = { type: "transpose", layer: this.name, inputs: [input], order } as const;
    return this.builder.op(
      op,
      order.map((axis) => tensors[input]!.shape[axis]!),
    );
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
