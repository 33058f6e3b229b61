import type { IntegerTensor, IntegerType } from "../../../integer/index.js";
import { type AnyTensor, isFloat, type Program } from "../../onnx/program.js";
import type { Draft } from "../draft.js";
import type { FileTensor, Quantization } from "../fileModel.js";
import { packInt4 } from "../int4.js";
import type { OperatorName, TensorTypeName } from "../schema/enums.js";
import type { OperatorOptions } from "../schema/options.js";
import { versionOf } from "../versions.js";

const types: Record<IntegerType, TensorTypeName> = {
  int8: "INT8",
  int16: "INT16",
  int32: "INT32",
  int64: "INT64",
};

/** An operator to write. */
export interface Written {
  code: OperatorName;
  /** Tensors of the file. */
  inputs: number[];
  /** Default: the version for the type of the output. */
  version?: number;
  options?: OperatorOptions;
  intermediates?: number[];
}

/** Where a program stands while it is translated into a file. */
export class Translation {
  private readonly indices = new Map<number, number>();

  /**
   * @param batch the length of the first axis of every tensor that isn't a constant
   * @param packed the program's tensors that are stored with 4 bits
   */
  constructor(
    readonly program: Program,
    readonly draft: Draft,
    readonly batch: number,
    private readonly packed: ReadonlySet<number>,
  ) {}

  /** A tensor of the program. */
  tensor(index: number): AnyTensor {
    return this.program.tensors[index]!;
  }

  /** The index in the file of a tensor of the program, which is added when it is first asked for. */
  index(tensor: number): number {
    const earlier = this.indices.get(tensor);
    if (earlier !== undefined) return earlier;
    const added = this.draft.tensor(this.describe(tensor));
    this.indices.set(tensor, added);
    return added;
  }

  /** The indices in the file of some tensors of the program, up to those at the end that are left out. */
  all(tensors: readonly number[]): number[] {
    return tensors.filter((tensor) => tensor >= 0).map((tensor) => this.index(tensor));
  }

  /** A tensor of the program as the file has it. */
  describe(index: number): FileTensor {
    const tensor = this.tensor(index);
    if (isFloat(tensor)) {
      const { name, values } = tensor;
      return { name, shape: this.shapeOf(index), type: "FLOAT32", data: values };
    }
    const { name, codes } = tensor;
    const quantization = quantizationOf(tensor);
    if (codes && this.packed.has(index)) {
      return { name, shape: tensor.shape, type: "INT4", quantization, data: packInt4(codes) };
    }
    const shape = this.shapeOf(index);
    return { name, shape, type: types[tensor.type], quantization, data: codes };
  }

  /** The shape of a tensor, with the file's batch. */
  shapeOf(index: number): number[] {
    const tensor = this.tensor(index);
    const isConstant = (isFloat(tensor) ? tensor.values : tensor.codes) !== undefined;
    return isConstant ? [...tensor.shape] : [this.batch, ...tensor.shape.slice(1)];
  }

  /** Whether a tensor is stored with 4 bits. */
  isPacked(tensor: number): boolean {
    return this.packed.has(tensor);
  }

  /** Adds an operator that writes a tensor of the file. */
  write(output: number, { code, inputs, version, options, intermediates }: Written): void {
    this.draft.operator({
      code,
      version: version ?? versionOf(code, this.draft.tensors[output]!.type),
      inputs,
      outputs: [output],
      options,
      intermediates,
    });
  }
}

/** Indices into tables and the like have no scale. */
function quantizationOf({
  scale,
  zeroPoint,
  axis,
  type,
  codes,
}: IntegerTensor): Quantization | undefined {
  if (scale.length === 0 || (type === "int32" && !codes)) return undefined;
  return { scale, zeroPoint, axis };
}
