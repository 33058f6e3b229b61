/** How to restore a file of the package that is missing or was changed. */
export const remedy = "the page's server must have the package's data folder there";

/**
 * A file of the package's `data` folder, or of the folder at the address `directory`, fetched from the
 * page's server. The package's folder is expected beside `dist/`.
 *
 * @returns the file's address, for errors, and its content, which is `undefined` if the file isn't there
 */
export async function readDataFile(
  name: string,
  directory = new URL("../../data", import.meta.url).href,
): Promise<{ place: string; content?: Uint8Array }> {
  const place = `${directory}/${name}`;
  const response = await fetch(place).catch(() => undefined);
  if (!response?.ok) return { place };
  return { place, content: new Uint8Array(await response.arrayBuffer()) };
}
