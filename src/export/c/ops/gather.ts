import type { GatherOp } from "../../../integer/index.js";
import { gather as routine } from "../routines/copying.js";
import { sizeOf } from "../sizes.js";
import type { Writer } from "../writer.js";

/** @internal Rows of a table. */
export function gather({ inputs, output }: GatherOp, writer: Writer): string[] {
  const [indices, table] = inputs as [number, number];
  const [rows, width] = writer.tensor(table).shape;
  const places = [indices, table, output].map((index) => writer.at(index)).join(", ");
  return [
    `${writer.call(routine)}(${places}, ${sizeOf(writer.tensor(indices))}, ${rows}, ${width});`,
  ];
}
