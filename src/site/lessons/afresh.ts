import type { Contents, Context, NotebookContent } from "./host.js";
import { sameCells } from "./lesson.js";

/**
 * Starts a lesson afresh: the site's text takes the place of the reader's copy, which is kept under another name if its cells
 * were changed.
 *
 * @param served the lesson as the site has it
 * @returns the name of the kept copy; undefined if there was nothing to keep
 * @throws Error if the copy can't be kept; then nothing is changed
 */
export async function startAfresh(
  context: Context,
  contents: Contents,
  { served, now }: { served: NotebookContent; now: Date },
): Promise<string | undefined> {
  const { path, model } = context;
  const mine = model.toJSON() as NotebookContent;
  const kept = sameCells(mine, served) ? undefined : copyName(path, now);
  if (kept !== undefined) {
    await contents.save(kept, { type: "notebook", format: "json", content: mine });
  }
  await contents.delete(path);
  await context.revert();
  return kept;
}

/** The name of a copy: the lesson's, and the minute. */
function copyName(path: string, now: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(".");
  return `${path.replace(/\.ipynb$/, "")} (mine, ${day} ${time}).ipynb`;
}
