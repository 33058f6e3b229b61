import { type Context, eightBit, narrow, type Step } from "./context.js";

/**
 * An op that is a function of each 8-bit code: a table of 256 codes, filled when the op is prepared. Kernels that compute
 * 16 codes at a time may have another function for the rest.
 */
export function lookUp(
  context: Context,
  input: number,
  output: number,
  code: (code: number) => number,
  codeInTail = code,
): Step {
  const x = eightBit(context, input);
  const out = narrow(context, output);
  const table = Int16Array.from({ length: 256 }, (_, i) => code(i - 128));
  if (codeInTail === code) return () => replace(x, table, out, 0, out.length);
  const tail = out.length - (out.length % 16);
  const other = Int16Array.from({ length: 256 }, (_, i) => codeInTail(i - 128));
  return () => {
    replace(x, table, out, 0, tail);
    replace(x, other, out, tail, out.length);
  };
}

function replace(
  x: Int16Array,
  table: Int16Array,
  out: Int16Array,
  first: number,
  end: number,
): void {
  for (let i = first; i < end; i++) out[i] = table[x[i]! + 128]!;
}
