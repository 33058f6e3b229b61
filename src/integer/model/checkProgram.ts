import type { IntegerProgram } from "../program/index.js";

const kernels = ["xnnpack", "tflite-reference", "tflite-optimized"];
const types: Readonly<Record<string, readonly [smallest: number, largest: number]>> = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 31), 2 ** 31 - 1],
};

/** The most codes that the tensors of a program out of a file may have together: 256 MB of 16-bit codes. */
const mostCodes = 2 ** 27;

type Unchecked = Record<string, unknown>;

/**
 * A program out of a file, if it has the form of one. The engine lays out memory by the shapes in it, so they are checked first.
 *
 * @throws TypeError if a part isn't that of a program; the message names the part
 */
export function checkProgram(value: unknown): IntegerProgram {
  const { name, kernel, tensors, ops, inputs, outputs, layers } = record(value, "program");
  check(typeof name === "string", "name", name, "a text");
  check(kernels.includes(String(kernel)), "kernel", kernel, kernels.join(", "));
  const sizes = list(tensors, "tensors").map(checkTensor);
  const codes = sizes.reduce((sum, size) => sum + size, 0);
  check(codes <= mostCodes, "tensors", `${codes} codes`, `at most ${mostCodes}`);
  const isTensor = (index: unknown, least = 0) =>
    Number.isInteger(index) && Number(index) >= least && Number(index) < sizes.length;
  const indices = (value: unknown, part: string, least = 0) => {
    for (const index of list(value, part)) {
      check(isTensor(index, least), part, index, `an index below ${sizes.length}`);
    }
  };
  for (const [i, op] of list(ops, "ops").entries()) {
    const part = `op ${i}`;
    const { type, layer, inputs, output } = record(op, part);
    check(typeof type === "string", `${part}'s type`, type, "a text");
    check(typeof layer === "string", `${part}'s layer`, layer, "a text");
    indices(inputs, `${part}'s inputs`, -1);
    check(isTensor(output), `${part}'s output`, output, `an index below ${sizes.length}`);
  }
  indices(inputs, "inputs");
  indices(outputs, "outputs");
  if (layers !== undefined) indices(Object.values(record(layers, "layers")), "layers");
  return value as IntegerProgram;
}

/** @returns how many codes the tensor has */
function checkTensor(value: unknown, i: number): number {
  const part = `tensor ${i}`;
  const { name, shape, type, smallest, largest, scale, zeroPoint, codes } = record(value, part);
  check(typeof name === "string", `${part}'s name`, name, "a text");
  const ends = types[String(type)]!;
  check(ends !== undefined, `${part}'s type`, type, Object.keys(types).join(", "));
  const sizes = list(shape, `${part}'s shape`);
  const isSize = (size: unknown) => Number.isInteger(size) && Number(size) >= 1;
  check(sizes.every(isSize), `${part}'s shape`, shape, "whole numbers of at least 1");
  const size = sizes.reduce((product: number, length) => product * Number(length), 1);
  const isInside = [smallest, largest].every(
    (code) => Number.isInteger(code) && Number(code) >= ends[0] && Number(code) <= ends[1],
  );
  const range = `[${smallest}, ${largest}]`;
  check(isInside, `${part}'s codes`, range, `codes of ${type}, from ${ends[0]} to ${ends[1]}`);
  check(scale instanceof Float32Array, `${part}'s scale`, typeof scale, "a Float32Array");
  check(zeroPoint instanceof Int32Array, `${part}'s zeroPoint`, typeof zeroPoint, "an Int32Array");
  if (codes !== undefined) {
    const length = ArrayBuffer.isView(codes) ? (codes as Int8Array).length : undefined;
    check(length === size, `${part}'s codes`, length, `${size} codes, as its shape says`);
  }
  return size;
}

function record(value: unknown, part: string): Unchecked {
  check(
    typeof value === "object" && value !== null && !Array.isArray(value),
    part,
    value,
    "an object",
  );
  return value as Unchecked;
}

function list(value: unknown, part: string): readonly unknown[] {
  check(Array.isArray(value), part, value, "a list");
  return value as unknown[];
}

function check(holds: boolean, part: string, value: unknown, expected: string): void {
  if (holds) return;
  const text = typeof value === "object" ? JSON.stringify(value)?.slice(0, 60) : String(value);
  throw new TypeError(`invalid program: ${part} is ${text} (expected ${expected})`);
}
