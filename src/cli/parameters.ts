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
 * @param values The new values by name. They are written into the notebook as JSON, which is TypeScript as
 *   well.
 * @throws Error if the notebook has no such cell, if the cell doesn't declare a name, or if a value is not
 *   of the declared kind.
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
  for (const name of names) checkKind(name, values[name], source);
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

/**
 * Refuses a value whose kind differs from that of the notebook's value, if the source shows that kind:
 * otherwise a cell below would fail far from the cause, as `"five" > 4` does.
 *
 * @throws Error if the value is of a different kind; the message names the value and the parameter's kind
 */
function checkKind(name: string, value: unknown, source: string): void {
  const declaration = source.match(
    new RegExp(
      `^\\s*(?:let|const|var)\\s+${name.replaceAll("$", "\\$")}\\b[^=\\n]*=([^\\n]*)`,
      "m",
    ),
  );
  const initial = (declaration?.[1] ?? "").replace(/;?\s*(\/\/.*)?$/, "").trim();
  const kind = kinds.find(({ written }) => written.test(initial.split(/[?:]/).at(-1)!.trim()));
  if (!kind || kind.fits(value)) return;
  throw new Error(
    `invalid parameter: ${name}=${typeof value === "string" ? value : JSON.stringify(value)} (expected ${kind.noun}, as the notebook's ${name} = ${initial})`,
  );
}

/** The kinds of parameters: how the declaration's value is written, and which new values fit. */
const kinds = [
  {
    noun: "a number",
    written: /^-?[\d.][\d_.e+-]*$/,
    fits: (value: unknown) => typeof value === "number",
  },
  {
    noun: "a list in JSON",
    written: /^\[.*\]$/,
    fits: (value: unknown) => Array.isArray(value),
  },
  {
    noun: "true or false",
    written: /^(true|false|.*[=!]==.*)$/,
    fits: (value: unknown) => typeof value === "boolean",
  },
  {
    noun: "a text",
    written: /^(["'`]).*\1$/,
    fits: (value: unknown) => typeof value === "string",
  },
];

/**
 * A value as source code. An empty list is written with its type, since strict TypeScript can't infer it.
 */
function literal(value: unknown, { metadata }: Notebook): string {
  const typed = metadata.kernelspec?.language !== "javascript";
  const empty = Array.isArray(value) && value.length === 0;
  return empty && typed ? "[] as never[]" : JSON.stringify(value);
}

/**
 * The notebook in a file's text.
 *
 * @throws Error if the text isn't JSON, or is JSON without a list of cells
 */
export function parseNotebook(text: string): Notebook {
  let notebook: Partial<Notebook> | undefined;
  try {
    notebook = JSON.parse(text);
  } catch {
    // The error below replaces JSON's: the reader did not mean to write JSON.
  }
  if (Array.isArray(notebook?.cells)) return { metadata: {}, ...notebook } as Notebook;
  throw new Error(
    "not a notebook (expected a file that Jupyter saved, as in notebooks/00-check-your-setup.ipynb)",
  );
}

/** Reads `seeds=[1,2]` as `["seeds", [1, 2]]`. A value that is not JSON is taken as a string. */
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
