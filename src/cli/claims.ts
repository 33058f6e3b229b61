import { claimMimeType } from "../mimeTypes/index.js";
import type { Claim } from "../report/index.js";
import type { Notebook } from "./parameters.js";

/** Every claim in an executed notebook's outputs, in order. */
export function claimsOf(notebook: Notebook): Claim[] {
  return notebook.cells
    .flatMap((cell) => cell.outputs ?? [])
    .map((output) => output.data?.[claimMimeType] as Claim | undefined)
    .filter((claim) => claim !== undefined);
}
