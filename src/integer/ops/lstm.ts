import { fixedSigmoid, fixedTanh, word16 } from "../arithmetic/index.js";
import type { LstmOp } from "../program/index.js";
import { type Context, eightBit, narrow, type Step, scaleOf, zeroPointOf } from "./context.js";
import { type Gate, gateOf, inputPart, recurrentPart } from "./gates.js";
import { hiddenOf } from "./hidden.js";
import { updateCell } from "./updateCell.js";

/**
 * TensorFlow Lite's LSTM with 8-bit weights and activations, 16-bit gates and a 16-bit cell (`LstmStepInteger8x8_16`),
 * alike in all kernels. The hidden state begins as zero points, and the cell as zeros.
 */
export function lstm(op: LstmOp, context: Context): Step {
  const input = context.tensor(op.inputs[0]!);
  const output = context.tensor(op.output);
  const [, time = 1, units = 1] = output.shape;
  const x = eightBit(context, op.inputs[0]!);
  const out = narrow(context, op.output);
  const gates = [0, 1, 2, 3].map((g) => {
    const [kernel, recurrent, bias] = [1, 5, 9].map((from) => op.inputs[from + g]!);
    return gateOf(
      context,
      { input, hidden: output, kernel: kernel!, recurrent: recurrent!, bias: bias! },
      time,
    );
  }) as [Gate, Gate, Gate, Gate];
  const hidden = hiddenOf(2 ** -30 / scaleOf(output), output);
  const h = new Int16Array(units);
  const cell = new Int16Array(units);
  const [i, f, g, o] = gates.map(() => new Int16Array(units)) as [
    Int16Array,
    Int16Array,
    Int16Array,
    Int16Array,
  ];
  return () => {
    h.fill(zeroPointOf(output));
    cell.fill(0);
    for (const gate of gates) inputPart(gate, x, time);
    for (let t = 0; t < time; t++) {
      for (const [index, values] of [i, f, g, o].entries()) {
        recurrentPart(gates[index]!, t, h, values);
        activate(values, index === 2 ? fixedTanh : fixedSigmoid, 3);
      }
      updateCell(cell, f, i, g, op.cellExponent);
      for (let u = 0; u < units; u++) {
        h[u] = hidden(o[u]! * fixedTanh(cell[u]!, 15 + op.cellExponent, word16));
        out[t * units + u] = h[u]!;
      }
    }
  };
}

/** Replaces 16-bit numbers by a function of them. */
function activate(values: Int16Array, of: typeof fixedTanh, integerBits: number): void {
  for (let u = 0; u < values.length; u++) values[u] = of(values[u]!, integerBits, word16);
}
