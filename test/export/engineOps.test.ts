import { expect, it } from "vitest";
import { modelFile } from "../../src/export/onnx/modelFile.js";
import { programFile } from "../../src/export/tflite/program/translate.js";
import { ProgramBuilder } from "./onnx/builder.js";

const ops = [
  { type: "gru", resetAfter: true },
  { type: "layerNorm", epsilon: 1e-3 },
  { type: "integerSoftmax" },
] as const;

it.each(ops)("no file carries the engine's $type: its layer is named", (op) => {
  const builder = new ProgramBuilder(1);
  const x = builder.input([1, 3, 2]);
  builder.op(op, [x], builder.activation([1, 3, 2]));
  const program = builder.program("engine", [1]);
  const refusal = new RegExp(`layer "layer0".*${op.type}.*engine`);
  expect(() => programFile(program, { mode: "int8", float: false, batch: 1 })).toThrow(refusal);
  expect(() => modelFile(program, { batch: 1, int4: false, layout: "channelsLast" })).toThrow(
    refusal,
  );
});
