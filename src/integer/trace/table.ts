import { type Column, type MimeBundle, table } from "../../display/index.js";
import { extent } from "../../statistics/index.js";
import type { IntegerProgram } from "../program/index.js";
import type { TracedOp } from "./trace.js";

const columns: Column[] = [
  { name: "layer" },
  { name: "op" },
  { name: "output shape" },
  { name: "codes", note: "lowest … highest", align: "right" },
  { name: "accumulators", note: "lowest … highest", align: "right" },
  { name: "multiplier", note: "first channel", align: "right" },
  { name: "shift", align: "right" },
  { name: "zero point", align: "right" },
];

/** A trace as a table: the codes, accumulators and multipliers of every op. */
export function traceTable(program: IntegerProgram, ops: readonly TracedOp[]): MimeBundle {
  const rows = ops.map(({ layer, type, shape, codes, accumulators, multipliers, zeroPoint }) => [
    layer,
    type,
    `[${shape.join(", ")}]`,
    ends(codes),
    accumulators ? ends(accumulators) : "–",
    multipliers ? String(multipliers[0]!.multiplier) : "–",
    multipliers ? String(multipliers[0]!.shift) : "–",
    String(zeroPoint[0]),
  ]);
  return table(columns, rows, {
    caption: `one example in ${program.name}, as ${program.kernel} computes`,
  });
}

function ends(values: Iterable<number>): string {
  const { min, max } = extent(values);
  return `${min} … ${max}`;
}
