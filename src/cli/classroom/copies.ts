import { type Notebook, type NotebookCell, text } from "../parameters.js";

/** A lesson as students get it: without outputs, and without links to solutions. */
export function studentCopy(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code"
      ? { ...cell, outputs: [], execution_count: null }
      : {
          ...cell,
          source: text(cell.source).replaceAll(/ ?\[Solutions\]\(solutions\/[^)]*\)/g, ""),
        },
  );
  return { ...notebook, cells };
}

/**
 * A lesson as slides: each heading begins a slide, other text and code that shows something a slide below it, and code that
 * shows nothing stands with the text before it. Exercises and the summary are left out. `jupyter nbconvert --to slides` draws them.
 */
export function slidesCopy(notebook: Notebook): Notebook {
  const end = notebook.cells.findIndex((cell) => /^## Exercises/m.test(text(cell.source)));
  const shown = end < 0 ? notebook.cells : notebook.cells.slice(0, end);
  const cells = shown.map((cell): NotebookCell => {
    const source = text(cell.source);
    const below = cell.cell_type === "markdown" || (cell.outputs ?? []).length > 0;
    const kind = /^##? /.test(source) ? "slide" : below ? "subslide" : "-";
    return { ...cell, metadata: { ...cell.metadata, slideshow: { slide_type: kind } } };
  });
  return { ...notebook, cells };
}
