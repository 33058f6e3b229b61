import { fixedTanh, word16 } from "../arithmetic/index.js";
import type { SimpleRnnOp } from "../program/index.js";
import { type Context, eightBit, narrow, type Step, scaleOf, zeroPointOf } from "./context.js";
import { gateOf, inputPart, recurrentPart } from "./gates.js";
import { hiddenOf } from "./hidden.js";

/** A simple recurrent layer in the integers of LiteRT's LSTM: sums of 16 bits on the scale 2⁻¹², and gemmlowp's tanh. */
export function simpleRnn(op: SimpleRnnOp, context: Context): Step {
  const [first, kernel, recurrent, bias] = op.inputs as [number, number, number, number];
  const input = context.tensor(first);
  const output = context.tensor(op.output);
  const [, time = 1, units = 1] = output.shape;
  const x = eightBit(context, first);
  const out = narrow(context, op.output);
  const gate = gateOf(context, { input, hidden: output, kernel, recurrent, bias }, time);
  const hidden = hiddenOf(2 ** -15 / scaleOf(output), output);
  const h = new Int16Array(units);
  const sums = new Int16Array(units);
  return () => {
    h.fill(zeroPointOf(output));
    inputPart(gate, x, time);
    for (let t = 0; t < time; t++) {
      recurrentPart(gate, t, h, sums);
      for (let u = 0; u < units; u++) {
        h[u] = hidden(fixedTanh(sums[u]!, 3, word16));
        out[t * units + u] = h[u]!;
      }
    }
  };
}
