import { programOf } from "./program.mjs";

/**
 * `qatlab grade`: collects the checks of a class, after setting up the missing parts of a clone.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function grade(args) {
  const { program, python } = await programOf("grade");
  return await program.grade(args, { python });
}
