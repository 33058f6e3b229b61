import { programOf } from "./program.mjs";

/**
 * `qatlab class`: makes a folder for a class.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function makeClass(args) {
  const { program } = await programOf("class");
  return await program.makeClass(args);
}
