import { type BatchMatMulOp, multipliersOf } from "../../../integer/index.js";
import { batchMatMul as routine } from "../routines/matmul.js";
import { sizeOf } from "../sizes.js";
import { struct, type Writer } from "../writer.js";
import { stageStruct } from "./stage.js";

/** @internal Products of matrices, which every kernel rounds as the reference kernel does. */
export function batchMatMul(op: BatchMatMulOp, writer: Writer): string[] {
  const { layer, inputs, output, transposeB } = op;
  const [first, second] = inputs as [number, number];
  const [a, b, y] = [first, second, output].map((index) => writer.tensor(index));
  const [rows, taps] = a!.shape.slice(-2) as [number, number];
  const columns = y!.shape.at(-1)!;
  const scales = [a!.scale[0]!, b!.scale.slice(0, 1), y!.scale[0]!] as const;
  const multipliers = multipliersOf(...scales, 1, "tflite-reference");
  const matrices = struct("matrices", {
    count: sizeOf(a!) / (rows * taps),
    rows,
    taps,
    columns,
    tap_step: transposeB ? 1 : columns,
    column_step: transposeB ? taps : 1,
    first_zero_point: a!.zeroPoint[0]!,
    second_zero_point: b!.zeroPoint[0]!,
  });
  const stage = stageStruct("twice", { layer, output, activation: "none", multipliers }, writer);
  const places = [first, second, output].map((index) => writer.at(index)).join(", ");
  return [`${writer.call(routine)}(${places}, ${matrices}, ${stage});`];
}
