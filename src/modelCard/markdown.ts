/** @internal A text in which no character means anything to Markdown's tables. */
export function cell(text: unknown): string {
  return String(text).replaceAll("\\", "\\\\").replaceAll("|", "\\|").replace(/\s+/g, " ");
}

/** @internal A table in Markdown. */
export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
): string {
  const line = (cells: readonly unknown[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** @internal A section; nothing if it has no text. */
export function section(title: string, text: string | undefined): string[] {
  return text ? [`## ${title}`, text] : [];
}
