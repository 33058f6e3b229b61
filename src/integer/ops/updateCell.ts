import { roundingShift, saturate, word16 } from "../arithmetic/index.js";

/** cell ← forget · cell + input · candidate; gates without integer bits, the cell on the scale 2^exponent. */
export function updateCell(
  cell: Int16Array,
  forget: Int16Array,
  input: Int16Array,
  candidate: Int16Array,
  exponent: number,
): void {
  for (let u = 0; u < cell.length; u++) {
    const kept = roundingShift(forget[u]! * cell[u]!, 15);
    const added = roundingShift(input[u]! * candidate[u]!, 30 + exponent);
    cell[u] = saturate(kept + added, word16);
  }
}
