import type { IntegerOp } from "../../integer/index.js";
import { type AnyTensor, isFloat, type Program } from "./program.js";

/** The error about a layer that has no form in a file, with the way out. */
function refused(layer: string, obstacle: string, wayOut: string): TypeError {
  return new TypeError(`q.export.onnx can't write layer "${layer}": ${obstacle} (${wayOut})`);
}

/** @internal @throws TypeError if a program has an op or a tensor that ONNX's QDQ form can't express */
export function checkWritable(program: Program): void {
  for (const op of program.ops) {
    if (!isFloat(program.tensors[op.output]!)) checkOp(op);
    for (const index of [...op.inputs, op.output]) {
      if (index >= 0) checkTensor(op, program.tensors[index]!);
    }
  }
}

/** @throws TypeError if ONNX has no integer form of an op */
function checkOp(op: IntegerOp): void {
  if (op.type === "lstm") {
    throw refused(
      op.layer,
      "ONNX has no integer LSTM with a 16-bit cell state",
      'expected another format, as in q.export.tflite(model, "model.tflite", { mode: "int8" })',
    );
  }
  if (op.type === "float") {
    throw refused(
      op.layer,
      "it stays in float, and is a function",
      "expected a model of integers only, from q.convert without float",
    );
  }
  if (
    op.type === "gru" ||
    op.type === "simpleRnn" ||
    op.type === "layerNorm" ||
    op.type === "integerSoftmax" ||
    op.type === "reinterpret"
  ) {
    throw refused(
      op.layer,
      `ONNX has no integer form of ${op.type}`,
      "expected the engine, as in q.convert(model).predict(x), or a float model",
    );
  }
}

function checkTensor({ layer }: IntegerOp, tensor: AnyTensor): void {
  if (isFloat(tensor) || tensor.type === "int8" || tensor.type === "int32") return;
  throw refused(
    layer,
    `its tensor "${tensor.name}" has codes of type ${tensor.type}, whose sums ONNX's DequantizeLinear doesn't take`,
    'expected activations of at most 8 bits, as in q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) }), or q.export.tflite with { mode: "int16x8" }',
  );
}
