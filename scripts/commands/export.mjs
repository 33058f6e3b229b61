import { programOf } from "./program.mjs";

/**
 * `qatlab export`: writes a model for another runtime, after setting up the missing parts of a clone.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function exportModel(args) {
  const { program } = await programOf("export");
  return await program.exportModel(args);
}
