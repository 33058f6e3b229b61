import type { DataFrame } from "danfojs-node";
import { formatDataFrame } from "../display/dataframe.js";
import { findHost } from "../display/find-host.js";
import { display, displaySymbol, html, type MimeBundle } from "../display/index.js";
import type { Figure } from "../plot/index.js";
import { dataFrame } from "../report/index.js";

/** A row of a table. */
export type Row = Record<string, number | string>;

/** What an analysis found: a table and a figure, which show themselves. */
export abstract class Result<R extends Row = Row> {
  /** The rows of the table, as plain objects. */
  readonly rows: readonly R[];

  /** @internal */
  constructor(rows: readonly R[]) {
    this.rows = rows;
  }

  /** The rows as a danfo DataFrame. */
  get table(): DataFrame {
    return dataFrame(this.rows);
  }

  abstract get figure(): Figure;

  /** What came of it, in a sentence. */
  abstract toString(): string;

  /** The figure, and the table below it. */
  [displaySymbol](): MimeBundle {
    display(this.figure);
    return this.bundle();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    // Stock tslab prints a last expression: there the figure is shown by the printing.
    if (findHost().name === "tslab") display(this.figure);
    return String(this.bundle()["text/plain"]);
  }

  private bundle(): MimeBundle {
    const shown = formatDataFrame(this.table as never);
    return {
      "text/html": `${shown["text/html"]}${html`<p>${this.toString()}</p>`}`,
      "text/plain": `${shown["text/plain"]}\n${this}`,
    };
  }
}
