import type { ConstantCodes, IntegerProgram, IntegerTensor } from "../../../src/integer/index.js";

const arrays = { int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: Float64Array };

/** A program as golden files have it: numbers as lists, and codes in base64. */
export interface ProgramText extends Omit<IntegerProgram, "tensors"> {
  tensors: (Omit<IntegerTensor, "scale" | "zeroPoint" | "codes"> & {
    scale: number[];
    zeroPoint: number[];
    codes?: string;
  })[];
}

export function textOf(program: IntegerProgram): ProgramText {
  const tensors = program.tensors.map(({ scale, zeroPoint, codes, ...tensor }) => ({
    ...tensor,
    scale: [...scale],
    zeroPoint: [...zeroPoint],
    ...(codes && { codes: Buffer.from(new Uint8Array(codes.buffer)).toString("base64") }),
  }));
  return { ...program, tensors };
}

export function programOf(text: ProgramText): IntegerProgram {
  const tensors = text.tensors.map(({ scale, zeroPoint, codes, ...tensor }) => ({
    ...tensor,
    scale: Float32Array.from(scale),
    zeroPoint: Int32Array.from(zeroPoint),
    ...(codes !== undefined && { codes: codesOf(tensor.type, codes) }),
  }));
  return { ...text, tensors };
}

function codesOf(type: IntegerTensor["type"], text: string): ConstantCodes {
  return new arrays[type](Uint8Array.from(Buffer.from(text, "base64")).buffer);
}
