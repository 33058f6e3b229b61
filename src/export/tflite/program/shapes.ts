import type {
  ConcatenateOp,
  GatherOp,
  MeanOp,
  PadOp,
  PoolOp,
  ReshapeOp,
  ResizeNearestOp,
  ReverseOp,
  SliceOp,
  TransposeOp,
} from "../../../integer/index.js";
import { tensorType } from "../schema/enums.js";
import { withOptions } from "../schema/options.js";
import { activationField, windowFields } from "./fields.js";
import type { Translation } from "./translation.js";

export function concatenate(op: ConcatenateOp, output: number, translation: Translation): void {
  translation.write(output, {
    code: "CONCATENATION",
    inputs: translation.all(op.inputs),
    options: withOptions("ConcatenationOptions", { axis: op.axis }),
  });
}

export function pool(op: PoolOp, output: number, translation: Translation): void {
  const [filterHeight, filterWidth] = op.size;
  translation.write(output, {
    code: op.type === "maxPool2d" ? "MAX_POOL_2D" : "AVERAGE_POOL_2D",
    inputs: translation.all(op.inputs),
    options: withOptions("Pool2DOptions", {
      ...windowFields(op),
      ...activationField(op.activation),
      filterHeight,
      filterWidth,
    }),
  });
}

export function mean(op: MeanOp, output: number, translation: Translation): void {
  const axes = translation.draft.integers(`${op.layer}/axes`, op.axes);
  translation.write(output, {
    code: "MEAN",
    inputs: [...translation.all(op.inputs), axes],
    options: withOptions("ReducerOptions", { keepDims: op.keepDims }),
  });
}

/** The batch is −1 in the shape, the axis whose length follows from the others. */
export function reshape(op: ReshapeOp, output: number, translation: Translation): void {
  const [, ...sizes] = translation.tensor(op.output).shape;
  const shape = translation.draft.integers(`${op.layer}/shape`, [-1, ...sizes]);
  translation.write(output, { code: "RESHAPE", inputs: [...translation.all(op.inputs), shape] });
}

export function pad(op: PadOp, output: number, translation: Translation): void {
  const { draft } = translation;
  const paddings = draft.integers(`${op.layer}/paddings`, op.paddings.flat(), [
    op.paddings.length,
    2,
  ]);
  translation.write(output, { code: "PAD", inputs: [...translation.all(op.inputs), paddings] });
}

/** −1 among the sizes means all that follow `begin`, which is right for the batch. */
export function slice(op: SliceOp, output: number, translation: Translation): void {
  const { draft } = translation;
  const [, ...sizes] = translation.tensor(op.output).shape;
  const begin = draft.integers(`${op.layer}/begin`, op.begin);
  const size = draft.integers(`${op.layer}/size`, [-1, ...sizes]);
  translation.write(output, {
    code: "SLICE",
    inputs: [...translation.all(op.inputs), begin, size],
  });
}

export function resizeNearest(op: ResizeNearestOp, output: number, translation: Translation): void {
  const [, height, width] = translation.tensor(op.output).shape as [number, number, number];
  const size = translation.draft.integers(`${op.layer}/size`, [height, width]);
  translation.write(output, {
    code: "RESIZE_NEAREST_NEIGHBOR",
    inputs: [...translation.all(op.inputs), size],
    options: withOptions("ResizeNearestNeighborOptions", { halfPixelCenters: false }),
  });
}

export function transpose(op: TransposeOp, output: number, translation: Translation): void {
  const order = translation.draft.integers(`${op.layer}/order`, op.order);
  translation.write(output, { code: "TRANSPOSE", inputs: [...translation.all(op.inputs), order] });
}

export function reverse(op: ReverseOp, output: number, translation: Translation): void {
  const axis = translation.draft.integers(`${op.layer}/axis`, [op.axis]);
  translation.write(output, { code: "REVERSE_V2", inputs: [...translation.all(op.inputs), axis] });
}

/** The operator takes the table first, then the indices, which are float numbers in a float model. */
export function gather(op: GatherOp, output: number, translation: Translation): void {
  const { draft } = translation;
  const [indices, rows] = translation.all(op.inputs) as [number, number];
  let whole = indices;
  if (draft.tensors[indices]!.type === "FLOAT32") {
    const shape = translation.shapeOf(op.inputs[0]!);
    whole = draft.tensor({ name: `${op.layer}/indices`, shape, type: "INT32" });
    translation.write(whole, {
      code: "CAST",
      inputs: [indices],
      options: withOptions("CastOptions", {
        inDataType: tensorType.FLOAT32,
        outDataType: tensorType.INT32,
      }),
    });
  }
  translation.write(output, {
    code: "GATHER",
    inputs: [rows, whole],
    options: withOptions("GatherOptions", { axis: 0 }),
  });
}
