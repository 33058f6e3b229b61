import type { Layer, LayerNode } from "../../graph/index.js";
import { nonlinearityOf } from "../../layers/index.js";
import { innerOf, QuantizedLayer, TrainedBatchNorm } from "../../quantized/index.js";
import type { FusedActivation, IntegerTensor } from "../program/index.js";
import type { ProgramBuilder } from "./builder.js";
import { gridOf, gridOver, sameGrid, type TensorGrid } from "./grid.js";
import type { Ranges } from "./ranges.js";
import { refusal } from "./refusal.js";

/** The output of a node's op: codes on a grid, or, without a grid, the accumulators. */
export interface Target {
  grid: TensorGrid | undefined;
  activation: FusedActivation;
}

/** The properties that stand for those of a node, where a layer is converted in parts or in another layout. */
interface View {
  inputs?: readonly number[];
  shape?: readonly number[];
  /** The layer whose type and options count. */
  layer?: Layer;
  /** Options that the layer is taken to have. */
  config?: Record<string, unknown>;
  /** The end of the names of the tensors, after the layer's name. */
  suffix?: string;
  /** Whether the values are the model's output. */
  ends?: boolean;
}

interface PlaceOptions {
  builder: ProgramBuilder;
  ranges: Ranges;
  inputs: readonly number[];
  fused: boolean;
  reader: LayerNode | undefined;
  ends: boolean;
}

/** One layer at one of its places, while it is converted. */
export class Place {
  readonly node: LayerNode;
  /** The layer that computes, without the quantizers around it. */
  readonly inner: Layer;
  /** The inner layer's type. */
  readonly type: string;
  readonly name: string;
  readonly builder: ProgramBuilder;
  readonly ranges: Ranges;
  /** The tensors that the layer reads, as indices. */
  readonly inputs: readonly number[];
  /** Whether the nonlinearity is part of the op before. */
  readonly fused: boolean;
  readonly #borrowed: { layer: QuantizedLayer; node: LayerNode } | undefined;
  readonly #ends: boolean;

  readonly #options: PlaceOptions;
  readonly #view: View;
  /** The layer whose type and options count: where batch normalization is trained, the layer inside. */
  readonly layer: Layer;

  constructor(node: LayerNode, options: PlaceOptions, view: View = {}) {
    this.node = node;
    this.inner = innerOf(node.layer);
    this.layer = view.layer ?? optionsOwner(this.inner);
    this.type = this.layer.getClassName();
    this.name = node.name;
    this.builder = options.builder;
    this.ranges = options.ranges;
    this.inputs = view.inputs ?? options.inputs;
    this.fused = options.fused;
    this.#options = options;
    this.#view = view;
    this.#ends = view.ends ?? options.ends;
    const layer = options.reader?.layer;
    this.#borrowed = layer instanceof QuantizedLayer ? { layer, node: options.reader! } : undefined;
  }

  /** The same layer at other tensors, in another shape, or as another layer does it. */
  seen(view: View): Place {
    return new Place(this.node, this.#options, { ...this.#view, ...view });
  }

  /** The layer with its quantizers. @throws TypeError if the model leaves the layer in float */
  get quantized(): QuantizedLayer {
    if (this.node.layer instanceof QuantizedLayer) return this.node.layer;
    throw this.refusal(
      `the scheme leaves it in float (expected formats for its weights and activations, or the layer in float here too, as in q.convert(model, { float: ["${this.name}"], calibration }))`,
    );
  }

  /** The options that the layer was made with. */
  get config(): Record<string, unknown> {
    return { ...this.layer.getConfig(), ...this.#view.config };
  }

  /** A tensor that the layer reads. */
  input(i = 0): IntegerTensor {
    return this.builder.at(this.inputs[i]!);
  }

  /** The shape of the layer's output, the batch as 1. */
  get shape(): number[] {
    return this.#view.shape ? [...this.#view.shape] : fixed(this.node.shape, this.name);
  }

  refusal(why: string): TypeError {
    return refusal(this.name, why);
  }

  /**
   * The grid of the layer's own quantizer, or of the only layer that reads the output and rounds it; else a grid
   * over the range that calibration shows. Without any, an output of the model has none.
   *
   * @param activation the nonlinearity inside the layer, which a reader's may follow
   */
  target(activation: FusedActivation = "none"): Target {
    const own = this.node.layer instanceof QuantizedLayer && this.node.layer.outputQuantizer;
    if (own) return onGrid(gridOf(own, this.name), activation);
    const reader = this.#borrowed;
    if (reader) {
      const next = clampOf(innerOf(reader.layer)) ?? "none";
      const grid = gridOf(reader.layer.outputQuantizer!, reader.node.name);
      return onGrid(grid, next === "none" || activation === "relu6" ? activation : next);
    }
    if (this.#ends && !this.ranges.known) return { grid: undefined, activation };
    return onGrid(this.calibrated("output"), activation);
  }

  /** A target with a grid. @throws TypeError if the output has no range */
  targetGrid(activation: FusedActivation = "none"): {
    grid: TensorGrid;
    activation: FusedActivation;
  } {
    const { grid, activation: all } = this.target(activation);
    return { grid: grid ?? this.calibrated("output"), activation: all };
  }

  /** The grid over a range that calibration shows. */
  calibrated(site: Parameters<Ranges["at"]>[2]): TensorGrid {
    const type = this.builder.tensors.some((tensor) => tensor.type === "int16" && !tensor.codes)
      ? "int16"
      : "int8";
    return gridOver(this.ranges.at(this.node.layer, this.name, site), type, this.name);
  }

  /** The name that the layer's tensors begin with. */
  get label(): string {
    return `${this.name}${this.#view.suffix ?? ""}`;
  }

  /** A new tensor for the layer's values. */
  value(grid: TensorGrid, shape: readonly number[] = this.shape, suffix = ""): IntegerTensor {
    return { name: `${this.label}${suffix}`, shape, ...grid };
  }

  /** An input on a grid: the input itself, or the same values in other codes. */
  on(grid: TensorGrid, input: number): number {
    const tensor = this.builder.at(input);
    if (sameGrid(tensor, grid)) return input;
    return this.builder.op(
      { type: "quantize", layer: this.name, inputs: [input] },
      { name: `${tensor.name}_quantized`, shape: tensor.shape, ...grid },
    );
  }

  /**
   * A tensor's axes in another order: axis i of the result is axis `order[i]`. Undoes an op that brought them into this
   * order, if there is one.
   */
  transpose(input: number, order: readonly number[]): number {
    const { codes: _, ...x } = this.builder.at(input);
    const earlier = this.builder.ops.find(({ output }) => output === input);
    if (earlier?.type === "transpose" && order.every((axis, i) => earlier.order[axis] === i)) {
      return earlier.inputs[0]!;
    }
    return this.builder.op(
      { type: "transpose", layer: this.name, inputs: [input], order },
      { ...x, name: `${x.name}_transposed`, shape: order.map((axis) => x.shape[axis]!) },
    );
  }

  /** A tensor's codes in another shape. */
  reshape(input: number, shape: readonly number[]): number {
    const { name, shape: before, codes: _, ...grid } = this.builder.at(input);
    if (before.length === shape.length && before.every((size, i) => size === shape[i]))
      return input;
    return this.builder.op(
      { type: "reshape", layer: this.name, inputs: [input] },
      { ...grid, name: `${name}_reshaped`, shape },
    );
  }
}

/**
 * A grid, and the clamp on it. Runtimes refuse a ReLU6 whose bound, as a code, has more than 31 bits; on a grid that ends
 * below 6 it is a ReLU.
 */
function onGrid(grid: TensorGrid, activation: FusedActivation): Target {
  const overflows = 6 / grid.scale[0]! >= 2 ** 30;
  return { grid, activation: activation === "relu6" && overflows ? "relu" : activation };
}

/** The clamp that a nonlinearity is; `undefined` for a nonlinearity that is more. */
export function clampOf(layer: Layer): FusedActivation | undefined {
  const nonlinearity = nonlinearityOf(layer);
  if (nonlinearity === "linear") return "none";
  if (nonlinearity === "relu6") {
    const { maxValue = 6 } = layer.getConfig() as { maxValue?: number | null };
    return maxValue === 6 ? "relu6" : undefined;
  }
  return nonlinearity === "relu" ? "relu" : undefined;
}

/** A shape with the batch 1. @throws TypeError if another axis is open */
export function fixed(shape: readonly (number | null)[], name: string): number[] {
  const [, ...sizes] = shape;
  if (sizes.every((size) => size !== null)) return [1, ...(sizes as number[])];
  throw refusal(
    name,
    `its output is [${shape.map((size) => size ?? "?").join(", ")}] (expected a model whose inputs have fixed sizes but for the batch)`,
  );
}

/** The layer whose options a layer has: where batch normalization is trained, the layer inside. */
function optionsOwner(inner: Layer): Layer {
  return inner instanceof TrainedBatchNorm ? inner.layer : inner;
}

/** The type of the layer that computes: where batch normalization is trained, that of the layer inside. */
export function typeOf(inner: Layer): string {
  return optionsOwner(inner).getClassName();
}
