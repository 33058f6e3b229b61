import type { OptionsName } from "./enums.js";
import { bool, type FieldValues, float32, int8, int32, type Table, table } from "./table.js";

const window = { padding: int8(0), strideW: int32(1), strideH: int32(2) };

/** The options of each operator that has some. */
export const options = {
  Conv2DOptions: table("Conv2DOptions", {
    ...window,
    fusedActivationFunction: int8(3),
    dilationWFactor: int32(4, 1),
    dilationHFactor: int32(5, 1),
  }),
  DepthwiseConv2DOptions: table("DepthwiseConv2DOptions", {
    ...window,
    depthMultiplier: int32(3),
    fusedActivationFunction: int8(4),
    dilationWFactor: int32(5, 1),
    dilationHFactor: int32(6, 1),
  }),
  TransposeConvOptions: table("TransposeConvOptions", {
    ...window,
    fusedActivationFunction: int8(3),
  }),
  Pool2DOptions: table("Pool2DOptions", {
    ...window,
    filterWidth: int32(3),
    filterHeight: int32(4),
    fusedActivationFunction: int8(5),
  }),
  FullyConnectedOptions: table("FullyConnectedOptions", {
    fusedActivationFunction: int8(0),
    keepNumDims: bool(2),
    asymmetricQuantizeInputs: bool(3),
  }),
  SoftmaxOptions: table("SoftmaxOptions", { beta: float32(0) }),
  ConcatenationOptions: table("ConcatenationOptions", {
    axis: int32(0),
    fusedActivationFunction: int8(1),
  }),
  AddOptions: table("AddOptions", { fusedActivationFunction: int8(0), potScaleInt16: bool(1, 1) }),
  SubOptions: table("SubOptions", { fusedActivationFunction: int8(0), potScaleInt16: bool(1, 1) }),
  MulOptions: table("MulOptions", { fusedActivationFunction: int8(0) }),
  CastOptions: table("CastOptions", { inDataType: int8(0), outDataType: int8(1) }),
  GatherOptions: table("GatherOptions", { axis: int32(0), batchDims: int32(1) }),
  ReducerOptions: table("ReducerOptions", { keepDims: bool(0) }),
  UnidirectionalSequenceLSTMOptions: table("UnidirectionalSequenceLSTMOptions", {
    fusedActivationFunction: int8(0),
    timeMajor: bool(3),
  }),
  ResizeNearestNeighborOptions: table("ResizeNearestNeighborOptions", {
    alignCorners: bool(0),
    halfPixelCenters: bool(1),
  }),
  LeakyReluOptions: table("LeakyReluOptions", { alpha: float32(0) }),
  BatchMatMulOptions: table("BatchMatMulOptions", { adjX: bool(0), adjY: bool(1) }),
  GeluOptions: table("GeluOptions", { approximate: bool(0) }),
} satisfies Record<OptionsName, Table>;

/** The options of an operator: a table, and the values of its fields. */
export interface OperatorOptions {
  readonly name: OptionsName;
  readonly values: FieldValues;
}

type FieldsOf<Name extends OptionsName> = keyof (typeof options)[Name]["fields"] & string;

/** Options with values for fields that their table has. */
export function withOptions<Name extends OptionsName>(
  name: Name,
  values: FieldValues<FieldsOf<Name>>,
): OperatorOptions {
  return { name, values };
}
