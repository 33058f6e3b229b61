import type { DataFrame } from "danfojs-node";
import { FigureResult, formatDataFrame, html, type MimeBundle } from "../display/index.js";
import type { Figure } from "../plot/index.js";
import { dataFrame } from "../report/index.js";
import { inOneCell } from "./oneCell.js";

/** A row of a table. */
export type Row = Record<string, number | string>;

/** The result of an analysis: a table and a figure, which show themselves. */
export abstract class Result<R extends Row = Row> extends FigureResult {
  /** The rows of the table, as plain objects. */
  readonly rows: readonly R[];

  /** @internal */
  constructor(rows: readonly R[]) {
    super();
    this.rows = rows;
  }

  /** The rows as a danfo DataFrame. */
  get table(): DataFrame {
    return dataFrame(this.rows);
  }

  abstract override get figure(): Figure;

  /** The result in a sentence. */
  abstract override toString(): string;

  /** @internal The kind of the intervals in the table, for its caption. */
  protected get intervals(): string {
    return "95 % intervals";
  }

  /** @internal The table, with each interval in the cell of its value, and the sentence below it. */
  override below(): MimeBundle {
    const { rows, intervals } = inOneCell(this.rows);
    const words = this.toString().replace(/(^|[\s(])-(?=\d)/g, "$1−");
    const caption = intervals ? { caption: `with ${this.intervals}` } : {};
    const shown = formatDataFrame(dataFrame(rows, caption) as never);
    return {
      "text/html": `${shown["text/html"]}${html`<p>${words}</p>`}`,
      "text/plain": `${shown["text/plain"]}\n${words}`,
    };
  }
}
