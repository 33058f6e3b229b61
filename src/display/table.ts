import { html, type Markup } from "./html.js";
import type { MimeBundle } from "./mime.js";

/** One column of a {@link table}. */
export interface Column {
  name: string;
  /** A word under the name, such as the type or the unit. */
  note?: string;
  /**
   * The alignment of the cells; numbers stand at the right, so that their digits line up. Default `"left"`.
   */
  align?: "left" | "right";
}

/** A cell that stands out, such as the best of its row. */
export interface StrongCell {
  strong: string;
}

/** The cells of a row; `null` in place of a row marks a gap where rows were left out. */
export type Row = (string | StrongCell)[] | null;

/**
 * A table as HTML and as text, with a caption of one line above it.
 *
 * @example
 * table([{ name: "bits", align: "right" }], [["8"], ["4"]], { caption: "2 rows" })["text/plain"];
 * // "2 rows\nbits\n   8\n   4"
 */
export function table(
  columns: Column[],
  rows: Row[],
  { caption = "", footer = [] as string[] } = {},
): MimeBundle {
  const lines = rows.map((row) => row?.map((cell, i) => withMinus(cell, columns[i])) ?? null);
  const last = footer.map((cell, i) => withMinus(cell, columns[i]) as string);
  return {
    "text/html": String(htmlTable(columns, lines, caption, last)),
    "text/plain": textTable(columns, lines, caption, last),
  };
}

/** A cell of a column of numbers, with true minus signs. */
function withMinus(cell: string | StrongCell, column?: Column): string | StrongCell {
  if (column?.align !== "right") return cell;
  const write = (text: string) => text.replace(/(^|[\s(])-(?=[\d.])/g, "$1−");
  return typeof cell === "string" ? write(cell) : { strong: write(cell.strong) };
}

function htmlTable(columns: Column[], rows: Row[], caption: string, footer: string[]): Markup {
  const content = (cell: string | StrongCell) =>
    typeof cell === "string" ? cell : html`<b>${cell.strong}</b>`;
  const align = (i: number) => `text-align:${columns[i]?.align ?? "left"}`;
  const head = columns.map(
    (column, i) =>
      html`<th style="${align(i)}">${column.name}${
        column.note ? html`<br><small style="font-weight:normal">${column.note}</small>` : ""
      }</th>`,
  );
  const cells = (row: NonNullable<Row>) =>
    row.map((cell, i) => html`<td style="${align(i)}">${content(cell)}</td>`);
  const body = rows.map((row) => html`<tr>${cells(row ?? columns.map(() => "⋮"))}</tr>\n`);
  const foot = footer.length > 0 ? html`<tfoot><tr>${cells(footer)}</tr></tfoot>` : "";
  return html`<div class="qatlab-table" style="overflow-x:auto"><table style="font-variant-numeric:tabular-nums;white-space:nowrap">
<caption style="text-align:left${caption.length > 80 ? ";white-space:normal" : ""}">${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>${foot}</table></div>`;
}

function textTable(columns: Column[], rows: Row[], caption: string, footer: string[]): string {
  const notes = columns.some((column) => column.note) ? [columns.map((c) => c.note ?? "")] : [];
  const lines: Row[] = [columns.map((column) => column.name), ...notes, ...rows];
  if (footer.length > 0) lines.push(footer);
  const textOf = (row: Row, i: number) => {
    const cell = row ? (row[i] ?? "") : "⋮";
    return typeof cell === "string" ? cell : cell.strong;
  };
  const widths = columns.map((_, i) => Math.max(...lines.map((row) => textOf(row, i).length)));
  const pad = (cell: string, i: number) =>
    columns[i]?.align === "right" ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!);
  const text = lines.map((row) =>
    columns
      .map((_, i) => pad(textOf(row, i), i))
      .join("  ")
      .trimEnd(),
  );
  return [...(caption ? [caption] : []), ...text].join("\n");
}
