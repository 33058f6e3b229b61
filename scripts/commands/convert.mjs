import { programOf } from "./program.mjs";

/**
 * `qatlab convert`: converts a model to integers, after setting up the missing parts of a clone.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function convert(args) {
  const { program } = await programOf("convert");
  return await program.convert(args);
}
