/** The parts of a notebook file (nbformat 4) that this folder reads and writes. */
export interface Notebook {
  cells: NotebookCell[];
  metadata: { kernelspec?: { name?: string; language?: string }; [key: string]: unknown };
  nbformat: number;
  nbformat_minor: number;
}

export interface NotebookCell {
  cell_type: "code" | "markdown" | "raw";
  id?: string;
  source: string | string[];
  metadata: { tags?: string[]; [key: string]: unknown };
  outputs?: { output_type: string; data?: Record<string, unknown> }[];
  execution_count?: number | null;
}

/**
 * A copy of the notebook in which the cell tagged `parameters` is followed by one that gives the
 * named parameters new values, tagged `injected-parameters` (the convention of papermill).
 *
 * @param values By name; written into the notebook as JSON, which is TypeScript as well.
 * @throws Error when the notebook has no such cell, or the cell doesn't declare a name.
 */
export function injectParameters(notebook: Notebook, values: Record<string, unknown>): Notebook {
  const names = Object.keys(values);
  if (names.length === 0) return notebook;
  const index = notebook.cells.findIndex((cell) => cell.metadata.tags?.includes("parameters"));
  if (index < 0) {
    throw new Error(
      `invalid parameter: ${names[0]} (the notebook has no cell tagged "parameters" to override)`,
    );
  }
  const source = text(notebook.cells[index]!.source);
  const declared = Array.from(
    source.matchAll(/^\s*(?:let|const|var)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu),
    (match) => match[1]!,
  );
  const unknown = names.find((name) => !declared.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `invalid parameter: ${unknown} (the notebook's parameters are ${declared.join(", ")})`,
    );
  }
  const injected: NotebookCell = {
    cell_type: "code",
    id: "injected-parameters",
    execution_count: null,
    metadata: { tags: ["injected-parameters"] },
    outputs: [],
    source: names.map((name) => `const ${name} = ${literal(values[name], notebook)};`).join("\n"),
  };
  const cells = notebook.cells.filter(
    (cell) => !cell.metadata.tags?.includes("injected-parameters"),
  );
  return { ...notebook, cells: cells.toSpliced(index + 1, 0, injected) };
}

/** A value as source. An empty list says its type, which strict TypeScript can't infer. */
function literal(value: unknown, { metadata }: Notebook): string {
  const typed = metadata.kernelspec?.language !== "javascript";
  const empty = Array.isArray(value) && value.length === 0;
  return empty && typed ? "[] as never[]" : JSON.stringify(value);
}

/** `seeds=[1,2]` as `["seeds", [1, 2]]`: the value as JSON, or as a string where it is none. */
export function parseParameter(argument: string): [name: string, value: unknown] {
  const split = argument.indexOf("=");
  if (split < 1) {
    throw new Error(`invalid parameter: ${argument} (expected name=value, as in -p seeds=2)`);
  }
  const value = argument.slice(split + 1);
  try {
    return [argument.slice(0, split), JSON.parse(value)];
  } catch {
    return [argument.slice(0, split), value];
  }
}

/** A cell's source, which the file holds as one string or as lines. */
export function text(source: string | string[]): string {
  return typeof source === "string" ? source : source.join("");
}
