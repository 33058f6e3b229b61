import { formatDataFrame, type MimeBundle, printAsShown } from "../display/index.js";
import { tf } from "../tensorflow/index.js";
import { type Cell, Column, typeOf } from "./column.js";

/**
 * A table where danfo.js isn't there, as in a browser's tab: the properties of danfo's DataFrame by which it is shown and
 * taken as data, and the methods that lessons use. The other methods of danfo's refuse themselves by name.
 */
export class Frame {
  readonly $isSeries = false;
  readonly columns: string[];
  readonly values: Cell[][];
  readonly index: (number | string)[];

  constructor(
    values: Cell[][],
    {
      columns,
      index = values.map((_, i) => i),
    }: { columns: string[]; index?: (number | string)[] },
  ) {
    this.values = values;
    this.columns = columns;
    this.index = index;
  }

  get shape(): [number, number] {
    return [this.values.length, this.columns.length];
  }

  get dtypes(): string[] {
    return this.columns.map((_, c) => typeOf(this.values.map((row) => row[c]!)));
  }

  /** The numbers as a tensor, shape `[rows, columns]`. @throws TypeError if a cell is no number */
  get tensor(): tf.Tensor2D {
    const odd = this.values.flat().find((cell) => typeof cell !== "number");
    if (odd !== undefined) {
      throw new TypeError(`invalid table: a cell is ${odd} (expected numbers, to be a tensor)`);
    }
    return tf.tensor2d(this.values as number[][], this.shape);
  }

  /** The first rows. */
  head(rows = 5): Frame {
    return this.#take(this.values.map((_, i) => i).slice(0, rows));
  }

  /** The last rows. */
  tail(rows = 5): Frame {
    return this.#take(this.values.map((_, i) => i).slice(-rows));
  }

  /** The cells of a column. @throws RangeError if there is no such column */
  column(name: string): Column {
    const at = this.#indexOf(name);
    return new Column(
      this.values.map((row) => row[at]!),
      name,
      this.index,
    );
  }

  /** One cell, by the row's place in the index and the column's name. */
  at(row: number | string, column: string): Cell {
    const r = this.index.indexOf(row);
    if (r < 0)
      throw new RangeError(`invalid row: ${row} (the table has ${this.index.length} rows)`);
    return this.values[r]![this.#indexOf(column)]!;
  }

  /** Some columns, in this order. */
  loc({ columns = this.columns }: { columns?: string[] }): Frame {
    const at = columns.map((name) => this.#indexOf(name));
    const values = this.values.map((row) => at.map((c) => row[c]!));
    return new Frame(values, { columns: [...columns], index: this.index });
  }

  /** The rows for which a list, or a function of the row, says true. */
  query(wanted: readonly boolean[] | { values: readonly unknown[] }): Frame {
    const list: readonly unknown[] = Array.isArray(wanted)
      ? wanted
      : (wanted as { values: readonly unknown[] }).values;
    if (list.length !== this.values.length) {
      throw new RangeError(
        `invalid condition: ${list.length} values (expected one for each of ${this.values.length} rows)`,
      );
    }
    return this.#take(this.values.flatMap((_, i) => (list[i] ? [i] : [])));
  }

  /** The rows in the order of a column. */
  sortValues(column: string, { ascending = true }: { ascending?: boolean } = {}): Frame {
    const at = this.#indexOf(column);
    const sign = ascending ? 1 : -1;
    const order = this.values.map((_, i) => i);
    order.sort((a, b) => sign * compare(this.values[a]![at]!, this.values[b]![at]!));
    return this.#take(order);
  }

  /** Prints the table as text. */
  print(): void {
    console.log(this.toString());
  }

  toString(): string {
    return String(formatDataFrame(this as never)["text/plain"]);
  }

  #take(rows: number[]): Frame {
    const values = rows.map((r) => this.values[r]!);
    return new Frame(values, { columns: this.columns, index: rows.map((r) => this.index[r]!) });
  }

  #indexOf(name: string): number {
    const at = this.columns.indexOf(name);
    if (at >= 0) return at;
    throw new RangeError(`invalid column: ${name} (expected one of ${this.columns.join(", ")})`);
  }
}

/** Other methods of danfo's DataFrame, which a reader may look for. */
const others = [
  ...[
    "groupby",
    "describe",
    "drop",
    "dropNa",
    "fillNa",
    "iloc",
    "isNa",
    "join",
    "merge",
    "addColumn",
  ],
  ...[
    "rename",
    "replace",
    "resetIndex",
    "setIndex",
    "apply",
    "applyMap",
    "plot",
    "sample",
    "toCSV",
  ],
];
for (const name of others) {
  Object.defineProperty(Frame.prototype, name, {
    configurable: true,
    value: () => {
      throw new Error(
        `table.${name} is danfo.js's, which isn't there: in a browser, work with the rows, table.values; in Node, \`npx qatlab setup\` brings danfo.js`,
      );
    },
  });
}
printAsShown(Frame.prototype, formatDataFrame as unknown as (frame: object) => MimeBundle);

function compare(a: Cell, b: Cell): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}
