import type { IntegerOp, IntegerProgram, IntegerTensor } from "../../../src/integer/index.js";
import { generator } from "../../fixtures/generator.js";

type Unnamed<T> = T extends IntegerOp ? Omit<T, "layer" | "inputs" | "output"> : never;
/** An op without the parts that the builder adds. */
export type OpWithoutPlace = Unnamed<IntegerOp>;

/** The grid of an activation. */
export interface ActivationGrid {
  scale?: number;
  zeroPoint?: number;
  smallest?: number;
  largest?: number;
}

/** Makes programs with random weights. */
export class ProgramBuilder {
  readonly tensors: IntegerTensor[] = [];
  readonly ops: IntegerOp[] = [];
  readonly inputs: number[] = [];
  readonly random: () => number;

  constructor(seed: number) {
    this.random = generator(seed);
  }

  /** An integer from `from` to `to`. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  add(tensor: IntegerTensor): number {
    return this.tensors.push(tensor) - 1;
  }

  activation(shape: readonly number[], grid: ActivationGrid = {}): number {
    const { smallest = -128, largest = 127 } = grid;
    const { scale = 0.01 + this.random() * 0.05, zeroPoint = this.integer(-100, 90) } = grid;
    return this.add({
      name: `value${this.tensors.length}`,
      shape,
      type: "int8",
      smallest,
      largest,
      scale: Float32Array.of(scale),
      zeroPoint: Int32Array.of(zeroPoint),
    });
  }

  input(shape: readonly number[], grid?: ActivationGrid): number {
    const index = this.activation(shape, grid);
    this.inputs.push(index);
    return index;
  }

  /** int8 weights with a scale for each index along an axis. */
  weights(
    shape: readonly number[],
    { axis, bits = 8 }: { axis?: number; bits?: number } = {},
  ): number {
    const largest = 2 ** (bits - 1) - 1;
    const count = axis === undefined ? 1 : shape[axis]!;
    const codes = Int8Array.from({ length: shape.reduce((product, n) => product * n, 1) }, () =>
      this.integer(-largest, largest),
    );
    const tensor: IntegerTensor = {
      name: `weights${this.tensors.length}`,
      shape,
      type: "int8",
      smallest: -largest,
      largest,
      scale: Float32Array.from({ length: count }, () => (0.2 + this.random()) / largest / 20),
      zeroPoint: new Int32Array(count),
      codes,
    };
    return this.add(axis === undefined ? tensor : { ...tensor, axis });
  }

  /** A bias on the grid of an input and a kernel. */
  bias(input: number, kernel: number, codes?: Int32Array): number {
    const { scale } = this.tensors[kernel]!;
    const { shape, axis } = this.tensors[kernel]!;
    const length = axis === undefined ? shape[0]! : scale.length;
    return this.add({
      name: `bias${this.tensors.length}`,
      shape: [length],
      type: "int32",
      smallest: -(2 ** 31),
      largest: 2 ** 31 - 1,
      scale: scale.map((each) => Math.fround(this.tensors[input]!.scale[0]! * each)),
      zeroPoint: new Int32Array(scale.length),
      codes: codes ?? Int32Array.from({ length }, () => this.integer(-3000, 3000)),
      ...(axis === undefined ? {} : { axis: 0 }),
    });
  }

  op(op: OpWithoutPlace, inputs: readonly number[], output: number): number {
    const layer = `layer${this.ops.length}`;
    this.ops.push({ ...op, layer, inputs, output } as IntegerOp);
    return output;
  }

  program(name: string, outputs: number[]): IntegerProgram {
    const { tensors, ops, inputs } = this;
    return { name, kernel: "xnnpack", tensors, ops, inputs, outputs };
  }
}
