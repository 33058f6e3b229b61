import { formatDataFrame, type MimeBundle, printAsShown } from "../display/index.js";

/** A cell of a table. */
export type Cell = number | string | boolean;

/** A column of a table: danfo's Series, as far as it goes. */
export class Column {
  readonly $isSeries = true;
  readonly columns: string[];
  readonly shape: [number];

  constructor(
    readonly values: Cell[],
    name: string,
    readonly index: (number | string)[],
  ) {
    this.columns = [name];
    this.shape = [values.length];
  }

  get dtypes(): string[] {
    return [typeOf(this.values)];
  }

  sum(): number {
    return (this.values as number[]).reduce((sum, value) => sum + value, 0);
  }

  mean(): number {
    return this.sum() / this.values.length;
  }

  max(): number {
    return Math.max(...(this.values as number[]));
  }

  min(): number {
    return Math.min(...(this.values as number[]));
  }

  toString(): string {
    return String(formatDataFrame(this as never)["text/plain"]);
  }
}

printAsShown(Column.prototype, formatDataFrame as unknown as (frame: object) => MimeBundle);

/** The type of cells, as danfo names it. */
export function typeOf(cells: readonly Cell[]): string {
  const [kind] = new Set(cells.map((cell) => typeof cell));
  if (cells.some((cell) => typeof cell !== kind)) return "string";
  if (kind !== "number") return kind ?? "string";
  return cells.every(Number.isInteger) ? "int32" : "float32";
}
