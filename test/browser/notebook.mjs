import { writeFileSync } from "node:fs";

/**
 * Writes a notebook of code cells.
 *
 * @param {string} file
 * @param {string[]} cells
 */
export function writeNotebook(file, cells) {
  const notebook = {
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: {
      kernelspec: {
        name: "qatlab",
        display_name: "TypeScript (qatlab)",
        language: "typescript",
      },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(file, JSON.stringify(notebook));
}
