import type { NotebookContent } from "./host.js";

/** The field of a lesson's metadata that says from which text of the lesson a copy was begun. */
export const begunFrom = "qatlab";

/** The digest of the lesson's text that a notebook was begun from; undefined if the notebook is none of the site's. */
export function originOf({ metadata }: NotebookContent): string | undefined {
  const { begun } = (metadata[begunFrom] ?? {}) as { begun?: string };
  return begun;
}

/** Whether two notebooks have the same cells; what cells showed doesn't matter. */
export function sameCells(a: NotebookContent, b: NotebookContent): boolean {
  return cellsOf(a) === cellsOf(b);
}

function cellsOf({ cells }: NotebookContent): string {
  return JSON.stringify(
    cells.map(({ cell_type, source }) => [cell_type, [source].flat().join("")]),
  );
}
