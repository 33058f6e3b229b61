import { programOf } from "./program.mjs";

/**
 * `qatlab gate`: judges a new version of a model, after setting up the missing parts of a clone.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function gate(args) {
  const { program } = await programOf("gate");
  return await program.gate(args);
}
