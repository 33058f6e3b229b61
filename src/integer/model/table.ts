import { type Column, type MimeBundle, table } from "../../display/index.js";
import type { IntegerOp, IntegerProgram, IntegerTensor } from "../program/index.js";

const columns: Column[] = [
  { name: "layer" },
  { name: "op" },
  { name: "output shape" },
  { name: "codes", align: "right" },
  { name: "scale", align: "right" },
  { name: "zero point", align: "right" },
];

/** A program as a table: its ops, with the codes that they write. */
export function programTable(program: IntegerProgram, bytes: number): MimeBundle {
  const { name, kernel, ops, tensors } = program;
  const rows = ops.map((op) => row(op, tensors[op.output]!));
  return table(columns, rows, {
    caption: `integer model ${name}: ${ops.length} ops, ${bytes.toLocaleString("en")} bytes of constants, as ${kernel} computes`,
  });
}

function row(op: IntegerOp, output: IntegerTensor): string[] {
  const { shape, type, smallest, largest, scale, zeroPoint } = output;
  const sums = type === "int32" || type === "int64";
  return [
    op.layer,
    op.type,
    `[${shape.join(", ")}]`,
    sums ? `${type} sums` : `${smallest} to ${largest}`,
    scale.length > 1 ? `${scale.length} scales` : String(Number(scale[0]!.toPrecision(4))),
    String(zeroPoint[0]),
  ];
}
