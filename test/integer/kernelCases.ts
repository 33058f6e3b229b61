import { readFileSync } from "node:fs";
import {
  type ConstantCodes,
  createEngine,
  type IntegerOp,
  type IntegerProgram,
  type IntegerTensor,
  type IntegerType,
  type KernelName,
} from "../../src/integer/index.js";
import { generator } from "../fixtures/generator.js";

/** A tensor as test/peers/integer_kernels writes it. */
interface TensorRecord {
  shape: number[];
  type: IntegerType;
  /** Numbers, or float32 numbers in base64. */
  scale?: number[] | string;
  zeroPoint?: number[];
  axis?: number;
  smallest?: number;
  largest?: number;
  fill?: { seed: number; low: number; high: number };
  codes?: string;
}

/** One op with inputs, and the codes that LiteRT computes. */
export interface KernelCase {
  op: IntegerOp;
  tensors: TensorRecord[];
  inputs: number[];
  /** In base64; a kernel that isn't there computes the same as `"xnnpack"`. */
  expected: Partial<Record<KernelName, string>> & { xnnpack: string };
}

export const kernels: readonly KernelName[] = ["xnnpack", "tflite-reference", "tflite-optimized"];

/** The cases of the golden file, or those of the file that QATLAB_INTEGER_KERNELS names, by kind. */
export function readCases(): Record<string, KernelCase[]> {
  const golden = new URL("../golden/integer_kernels.json", import.meta.url);
  const text = readFileSync(process.env.QATLAB_INTEGER_KERNELS ?? golden, "utf8");
  return JSON.parse(text).groups;
}

const ends: Record<IntegerType, number> = { int8: 127, int16: 32767, int32: 2 ** 31 - 1, int64: 0 };

function bytesOf(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
}

/** The numbers of a type in base64. */
export function unpack(text: string, type: IntegerType): ConstantCodes {
  const bytes = bytesOf(text);
  if (type === "int8") return new Int8Array(bytes);
  if (type === "int16") return new Int16Array(bytes);
  if (type === "int32") return new Int32Array(bytes);
  return Float64Array.from(new BigInt64Array(bytes), Number);
}

function codesOf({ shape, type, fill, codes }: TensorRecord): ConstantCodes | undefined {
  if (codes !== undefined) return unpack(codes, type);
  if (!fill) return undefined;
  const random = generator(fill.seed);
  const draw = () => Math.floor(random() * (fill.high - fill.low + 1)) + fill.low;
  return Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw);
}

function tensorOf(record: TensorRecord, index: number, inputs: readonly number[]): IntegerTensor {
  const { shape, type, scale = [1], zeroPoint = [0], axis } = record;
  const scales =
    typeof scale === "string" ? new Float32Array(bytesOf(scale)) : Float32Array.from(scale);
  return {
    name: `t${index}`,
    shape,
    type,
    smallest: record.smallest ?? -ends[type] - 1,
    largest: record.largest ?? ends[type],
    scale: scales,
    zeroPoint: Int32Array.from(scales, (_, i) => zeroPoint[i] ?? zeroPoint[0] ?? 0),
    ...(axis === undefined ? {} : { axis }),
    ...(inputs.includes(index) ? {} : { codes: codesOf(record) }),
  };
}

/** A program of the one op. */
export function programOf({ op, tensors, inputs }: KernelCase, kernel: KernelName): IntegerProgram {
  return {
    name: "kernels",
    kernel,
    tensors: tensors.map((tensor, index) => tensorOf(tensor, index, inputs)),
    ops: [{ ...op, layer: op.type }],
    inputs,
    outputs: [op.output],
  };
}

/** The codes of the inputs. */
export const inputCodes = ({ tensors, inputs }: KernelCase): ConstantCodes[] =>
  inputs.map((input) => codesOf(tensors[input]!)!);

/** The codes that our engine computes, by a kernel's arithmetic. */
export function compute(item: KernelCase, kernel: KernelName): ArrayLike<number> {
  return createEngine(programOf(item, kernel)).run(inputCodes(item))[0]!;
}

/** The codes that LiteRT's kernel computes. */
export function expectedCodes({ op, tensors, expected }: KernelCase, kernel: KernelName) {
  return unpack(expected[kernel] ?? expected.xnnpack, tensors[op.output]!.type);
}

/** How many codes differ. */
export function mismatches(computed: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (computed.length !== expected.length) return Infinity;
  return Array.from(computed).filter((code, i) => code !== expected[i]).length;
}
