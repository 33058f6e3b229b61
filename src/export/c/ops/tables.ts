import {
  createEngine,
  type IntegerOp,
  type IntegerProgram,
  type IntegerTensor,
} from "../../../integer/index.js";
import { lookup } from "../routines/copying.js";
import { sizeOf } from "../sizes.js";
import type { Writer } from "../writer.js";

/** Kernels may compute so many codes at a time, and the rest by another function. */
const block = 16;

/**
 * @internal
 * An op that computes each code from the code at its place: a table of what the engine computes from each of the 256
 * codes, and another one for the last codes where their function differs.
 */
export function byTable(op: IntegerOp, writer: Writer): string[] {
  const [input] = op.inputs as [number];
  const size = sizeOf(writer.tensor(input));
  const [table, tail] = [tableOf(op, 256, writer), tableOf(op, block - 1, writer)];
  const places = [writer.at(input), writer.at(op.output)];
  const call = (from: number, count: number, codes: Int8Array) => {
    if (count === 0) return [];
    const name = writer.constants.add(`${op.layer}_table`, codes);
    const [x, y] = places.map((place) => (from === 0 ? place : `${place} + ${from}`));
    return [`${writer.call(lookup)}(${x}, ${y}, ${count}, ${name});`];
  };
  if (!areEqual(table, tail)) {
    const rest = size % block;
    return [...call(0, size - rest, table), ...call(size - rest, rest, tail)];
  }
  if (table.every((code, i) => code === i - 128)) {
    return writer.copyWhole(places[0]!, places[1]!, writer.tensor(input));
  }
  return call(0, size, table);
}

const areEqual = (a: Int8Array, b: Int8Array) => a.every((code, i) => code === b[i]);

/** The engine's codes of all codes, so many at a time. */
function tableOf(op: IntegerOp, count: number, writer: Writer): Int8Array {
  const row = (index: number): IntegerTensor => ({ ...writer.tensor(index), shape: [1, count] });
  const program: IntegerProgram = {
    name: op.layer,
    kernel: writer.kernel,
    tensors: [row(op.inputs[0]!), row(op.output)],
    ops: [{ ...op, inputs: [0], output: 1 }],
    inputs: [0],
    outputs: [1],
  };
  const engine = createEngine(program);
  const table = new Int8Array(256);
  for (let first = 0; first < 256; first += count) {
    const codes = Int16Array.from({ length: count }, (_, i) => Math.min(127, first + i - 128));
    const [results] = engine.run([codes]);
    for (let i = 0; i < count && first + i < 256; i++) table[first + i] = results![i]!;
  }
  return table;
}
