import {
  createEngine,
  type IntegerTensor,
  type TableFunction,
  type TableOp,
} from "../../../integer/index.js";
import { isFloat } from "../../onnx/program.js";
import { tensorType } from "../schema/enums.js";
import { withOptions } from "../schema/options.js";
import { refuse } from "./refuse.js";
import type { Translation } from "./translation.js";

/** The output's scale and zero point that a function's operator demands. */
const demands: Partial<Record<TableFunction, { scale?: number; zeroPoint?: number }>> = {
  sigmoid: { scale: 2 ** -8, zeroPoint: -128 },
  tanh: { scale: 2 ** -7, zeroPoint: 0 },
  gelu: {},
  exp: {},
};

/** Whether a function of codes is written as a table, because no operator of all kernels computes it onto its scale. */
export function isLookedUp(op: TableOp, translation: Translation): boolean {
  const tensor = translation.tensor(op.output);
  if (isFloat(tensor)) return false;
  const demand = demands[op.function];
  if (!demand) return true;
  const { scale = tensor.scale[0], zeroPoint = tensor.zeroPoint[0] } = demand;
  return tensor.scale[0] !== scale || tensor.zeroPoint[0] !== zeroPoint;
}

/** Writes a function as rows of a table: each code becomes the index of its row. */
export function writeLookUp(op: TableOp, output: number, translation: Translation): void {
  const { draft } = translation;
  const input = translation.tensor(op.inputs[0]!) as IntegerTensor;
  if (input.type !== "int8") {
    throw refuse(
      op.layer,
      `${op.function} of 16-bit codes has no table`,
      'write the model with 8-bit activations and mode: "int8"',
    );
  }
  const indices = (step: string) => {
    const shape = translation.shapeOf(op.inputs[0]!);
    return draft.tensor({ name: `${op.layer}/${step}`, shape, type: "INT32" });
  };
  const [wide, places] = [indices("codes"), indices("places")];
  translation.write(wide, {
    code: "CAST",
    inputs: [translation.index(op.inputs[0]!)],
    options: withOptions("CastOptions", {
      inDataType: tensorType.INT8,
      outDataType: tensorType.INT32,
    }),
  });
  translation.write(places, {
    code: "ADD",
    inputs: [wide, draft.integers(`${op.layer}/offset`, [128])],
    options: withOptions("AddOptions", {}),
  });
  const { quantization } = draft.tensors[output]!;
  const data = rows(op, translation);
  const table = draft.tensor({
    ...{ name: `${op.layer}/table`, shape: [data.length], type: "INT8" as const },
    ...{ quantization, data },
  });
  translation.write(output, {
    code: "GATHER",
    inputs: [table, places],
    options: withOptions("GatherOptions", { axis: 0 }),
  });
}

/** The function's code for each code from −128 to 127, as the engine computes it. */
function rows(op: TableOp, { program }: Translation): Int8Array {
  const codes = Array.from({ length: 256 }, (_, i) => i - 128);
  const shape = [1, codes.length];
  const tensors = [op.inputs[0]!, op.output].map((index) => ({
    ...(program.tensors[index] as IntegerTensor),
    shape,
  }));
  const engine = createEngine({
    name: op.layer,
    kernel: "xnnpack",
    tensors,
    ops: [{ ...op, inputs: [0], output: 1 }],
    inputs: [0],
    outputs: [1],
  });
  return Int8Array.from(engine.run([codes])[0]!);
}
