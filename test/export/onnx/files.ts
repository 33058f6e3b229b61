import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelFile } from "../../../src/export/onnx/modelFile.js";
import type { Case } from "./cases.js";

const form = { batch: "batch", layout: "channelsLast" } as const;

/** The ONNX file of a case; weights of few bits are int4. */
export function fileOf({ program }: Case): Uint8Array {
  return modelFile(program, { ...form, int4: true }).content;
}

/** Writes what test/peers/onnx_files.py reads. */
export function writeCases(folder: string, cases: readonly Case[]): void {
  mkdirSync(folder, { recursive: true });
  const described = cases.map((each, i) => {
    const file = `${i}.onnx`;
    writeFileSync(join(folder, file), fileOf(each));
    const { name, program, inputs } = each;
    const output = program.tensors[program.outputs[0]!]!;
    return {
      name,
      file,
      inputs: inputs.map((codes, k) => {
        const { shape, scale, zeroPoint } = program.tensors[program.inputs[k]!]!;
        return { shape, values: Array.from(codes, (code) => scale[0]! * (code - zeroPoint[0]!)) };
      }),
      output: {
        shape: output.shape,
        type: output.type,
        scale: [...output.scale],
        zeroPoint: output.zeroPoint[0]!,
      },
    };
  });
  writeFileSync(join(folder, "cases.json"), JSON.stringify(described));
}
