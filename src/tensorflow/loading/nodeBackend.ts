import { tf } from "../tf.js";

/** @internal An attribute of an op, as tfjs-node hands it to TensorFlow; `type` is a `TF_ATTR_…`. */
export interface OpAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** @internal The facts that TensorFlow gives about a tensor that it made. `dtype` is a `TF_DataType`. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** @internal The compiled part of tfjs-node. Tensors are numbers in it, and no number is used twice. */
export interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_STRING: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  /** Whether the binding has the set-up's patch: `loadSavedModel` takes a `ConfigProto`. */
  readonly sessionConfig?: boolean;
  createTensor(shape: readonly number[], dtype: number, values: unknown): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): TypedValues;
  executeOp(
    name: string,
    attributes: OpAttribute[],
    inputs: number[],
    outputs: number,
  ): TensorMetadata[];
  loadSavedModel(
    folder: string,
    tags: string,
    config?: Uint8Array,
    runOptions?: Uint8Array,
  ): number;
  runSavedModel(
    session: number,
    inputs: number[],
    inputNames: string,
    outputNames: string,
  ): TensorMetadata[];
  deleteSavedModel(session: number): void;
}

/** @internal Values as tfjs reads them. */
export type TypedValues = Float32Array | Int32Array | Uint8Array;

/** @internal The identity of a tensor's values in tfjs; several tensors may share it. */
export type DataId = object;

/** @internal The part of tfjs-node's backend that runs TensorFlow's ops by name. */
export interface NodeBackend {
  binding: Binding;
  tensorMap: {
    has(id: DataId): boolean;
    get(id: DataId): { id: number; values: TypedValues | null; dtype: number; shape: number[] };
  };
  getInputTensorIds(tensors: readonly { dataId: DataId }[]): number[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: OpAttribute[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
  write(values: unknown, shape: number[], dtype: tf.DataType): DataId;
  readSync(id: DataId): TypedValues;
  read(id: DataId): Promise<TypedValues>;
  refCount(id: DataId): number;
  incRef(id: DataId): void;
}

/** @internal The native backend; to be called only if {@link isNative} is true. */
export function nodeBackend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}

/** @internal The dtype attribute of an op, such as `T`, from a tfjs dtype. */
export function typeAttribute(name: string, dtype: "float32" | "int32" | "bool"): OpAttribute {
  const { binding } = nodeBackend();
  const types = { float32: binding.TF_FLOAT, int32: binding.TF_INT32, bool: binding.TF_BOOL };
  return { name, type: binding.TF_ATTR_TYPE, value: types[dtype] };
}

/** @internal The `TF_DataType` of a tensor. */
export function dtypeOf({ dtype }: { dtype: tf.DataType }): number {
  const { TF_FLOAT, TF_INT32, TF_BOOL } = nodeBackend().binding;
  if (dtype === "float32") return TF_FLOAT;
  if (dtype === "int32") return TF_INT32;
  if (dtype === "bool") return TF_BOOL;
  throw new TypeError(`invalid dtype: ${dtype} (expected float32, int32 or bool)`);
}
