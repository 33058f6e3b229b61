/** A cell of a table of results: a mean with the reach of its interval, and whether it is the best of its row. */
export interface ResultCell {
  mean: number;
  /** Half of the interval's length; null for a single value. */
  reach: number | null;
  best: boolean;
}

/** A table of results, before it is written in a form. */
export interface ResultTable {
  /** The name of the first column, which names the rows. */
  corner: string;
  columns: string[];
  rows: { name: string; cells: ResultCell[] }[];
  digits: number;
}

/** A mean with its interval: `96.9 ± 0.4`. */
export function cellText({ mean, reach }: ResultCell, digits: number, sign = "±"): string {
  const value = mean.toFixed(digits);
  return reach === null ? value : `${value} ${sign} ${reach.toFixed(digits)}`;
}

/** The table in Markdown, the best of each row in bold. */
export function toMarkdown({ corner, columns, rows, digits }: ResultTable): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line([corner, ...columns]),
    `|${"---|"
      .repeat(columns.length + 1)
      .replace("---|", ":--|")
      .replaceAll("|---", "|--:")}`,
    ...rows.map(({ name, cells }) =>
      line([
        name,
        ...cells.map((cell) => {
          const text = cellText(cell, digits);
          return cell.best ? `**${text}**` : text;
        }),
      ]),
    ),
    "",
  ].join("\n");
}

/** The table as a LaTeX tabular for the package booktabs, the best of each row in bold. */
export function toLatex({ corner, columns, rows, digits }: ResultTable): string {
  const line = (cells: string[]) => `${cells.join(" & ")} \\\\`;
  const body = rows.map(({ name, cells }) =>
    line([
      escapeLatex(name),
      ...cells.map((cell) => {
        const text = cellText(cell, digits, "\\pm").replace("-", "{-}");
        return cell.best ? `$\\mathbf{${text}}$` : `$${text}$`;
      }),
    ]),
  );
  return [
    `\\begin{tabular}{l${"r".repeat(columns.length)}}`,
    "\\toprule",
    line([corner, ...columns].map(escapeLatex)),
    "\\midrule",
    ...body,
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

/** The rows as comma-separated values (RFC 4180). */
export function toCsv(rows: readonly Record<string, number | string>[]): string {
  const quoted = (value: number | string) =>
    /[",\n\r]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((column) => quoted(row[column]!)).join(","));
  return `${[columns.map(quoted).join(","), ...lines].join("\r\n")}\r\n`;
}

function escapeLatex(text: string): string {
  return text
    .replace(/\\/g, "\\textbackslash{}")
    .replace(/[%&#_$]/g, (character) => `\\${character}`)
    .replace(/\^/g, "\\textasciicircum{}");
}
