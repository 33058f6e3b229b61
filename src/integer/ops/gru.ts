import { fixedSigmoid, fixedTanh, roundingShift, saturate, word16 } from "../arithmetic/index.js";
import type { GruOp } from "../program/index.js";
import { type Context, eightBit, narrow, type Step, scaleOf, zeroPointOf } from "./context.js";
import { type Gate, gateOf, inputPart, type Product, productOf, recurrentPart } from "./gates.js";
import { resetAfter, resetBefore } from "./gruCandidate.js";
import { hiddenOf } from "./hidden.js";

/**
 * A gated recurrent unit (Cho et al. 2014) in the integers of LiteRT's LSTM: gates of 16 bits on the scale 2⁻¹², gemmlowp's sigmoid
 * and tanh, and, as iRNN has it (Sari et al. 2021), a state of 16 bits, here on the scale 2⁻¹⁵; the recurrent kernels
 * multiply the state's 8-bit codes. h ← z · h + (1 − z) · tanh(…), z the update gate.
 */
export function gru(op: GruOp, context: Context): Step {
  const input = context.tensor(op.inputs[0]!);
  const output = context.tensor(op.output);
  const [, time = 1, units = 1] = output.shape;
  const x = eightBit(context, op.inputs[0]!);
  const out = narrow(context, op.output);
  const gates = [0, 1, 2].map((g) => {
    const [kernel, recurrent, bias] = [1, 4, 7].map((from) => op.inputs[from + g]!);
    const recurrentBias = op.resetAfter ? op.inputs[10 + g] : undefined;
    const tensors = { kernel: kernel!, recurrent: recurrent!, bias: bias!, recurrentBias };
    return gateOf(context, { input, hidden: output, ...tensors }, time);
  }) as [Gate, Gate, Gate];
  const candidate = op.resetAfter
    ? resetAfter(gates[2])
    : resetBefore(gates[2], resetProduct(op, context, units), zeroPointOf(output));
  const hidden = hiddenOf(2 ** -15 / scaleOf(output), output);
  const state = new Int16Array(units);
  const h = new Int16Array(units);
  const [update, reset, values] = [0, 1, 2].map(() => new Int16Array(units)) as [
    Int16Array,
    Int16Array,
    Int16Array,
  ];
  return () => {
    state.fill(0);
    h.fill(zeroPointOf(output));
    for (const gate of gates) inputPart(gate, x, time);
    for (let t = 0; t < time; t++) {
      recurrentPart(gates[0], t, h, update);
      recurrentPart(gates[1], t, h, reset);
      for (let u = 0; u < units; u++) reset[u] = fixedSigmoid(reset[u]!, 3, word16);
      candidate(t, h, reset, values);
      for (let u = 0; u < units; u++) {
        const z = fixedSigmoid(update[u]!, 3, word16);
        const mixed = z * state[u]! + (32768 - z) * fixedTanh(values[u]!, 3, word16);
        state[u] = saturate(roundingShift(mixed, 15), word16);
        h[u] = hidden(state[u]!);
        out[t * units + u] = h[u]!;
      }
    }
  };
}

/** The recurrent kernel for a hidden state that the reset gate multiplied, which has seven more bits and no zero point. */
function resetProduct(op: GruOp, context: Context, units: number): Product {
  if (units > 512) {
    throw new RangeError(
      `invalid units of layer \`${op.layer}\`: ${units} (expected at most 512 without resetAfter, so that sums have 32 bits)`,
    );
  }
  const scale = scaleOf(context.tensor(op.output)) / 128;
  return productOf(context, op.inputs[6]!, -1, scale, 0);
}
