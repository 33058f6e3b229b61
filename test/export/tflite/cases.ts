import { createHash } from "node:crypto";
import { type ProgramMode, programFile } from "../../../src/export/tflite/program/translate.js";
import { writeFile } from "../../../src/export/tflite/write.js";
import type { IntegerProgram } from "../../../src/integer/index.js";
import {
  drawnLstm,
  drawnMean,
  drawnNetwork,
  drawnProduct,
  drawnRareNetwork,
  drawnSlopes,
  drawnTable,
  drawnWideExtremum,
  drawnWideNetwork,
  drawnWideSum,
} from "../../fixtures/index.js";

/** A file that LiteRT runs. */
export interface Case {
  name: string;
  mode: ProgramMode;
  program: () => IntegerProgram;
}

function drawn(
  kind: string,
  count: number,
  make: (seed: number) => IntegerProgram,
  mode: ProgramMode = "int8",
): Case[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `${kind}${i + 1}`,
    mode,
    program: () => make(i + 1),
  }));
}

/** Whether a program has weights that fit 4 bits. */
function isNarrow({ tensors }: IntegerProgram): boolean {
  return tensors.some(({ codes, largest }) => codes instanceof Int8Array && largest <= 7);
}

/** Files with codes at their ends whose outputs the peer program records. */
export const cases: Case[] = [
  ...drawn("drawn", 200, drawnNetwork).map((file) =>
    isNarrow(file.program()) ? { ...file, mode: "int4" as const } : file,
  ),
  ...drawn("wide", 10, drawnWideNetwork, "int16x8"),
  ...drawn("widesum", 20, drawnWideSum, "int16x8"),
  ...drawn("extremum", 5, drawnWideExtremum, "int16x8"),
  ...drawn("rare", 60, drawnRareNetwork),
  ...drawn("mean", 10, drawnMean),
  ...drawn("lstm", 10, drawnLstm),
  ...drawn("rows", 2, drawnTable),
  ...drawn("product", 40, drawnProduct),
  ...drawn("slopes", 20, drawnSlopes),
];

/** The bytes of a case's file. */
export function bytesOf({ mode, program }: Case): Uint8Array {
  return writeFile(programFile(program(), { mode, float: false, batch: 1 }));
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}
