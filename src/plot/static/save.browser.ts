/** @throws Error always: a browser tab has no files */
export async function saveFile(
  _file: string,
  _svg: string,
  _options: { overwrite: boolean },
): Promise<void> {
  throw new Error("figures are saved in Node only (in a tab, the camera above a figure saves it)");
}
