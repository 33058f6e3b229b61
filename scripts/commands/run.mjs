import { programOf } from "./program.mjs";

/**
 * `qatlab run`: runs notebooks, after setting up the missing parts of a clone.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function run(args) {
  const { program, python } = await programOf("run");
  return await program.run(args, { python });
}
