import { programOf } from "./program.mjs";

/**
 * `qatlab benchmark`: measures exported files, after setting up the missing parts of a clone.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function benchmark(args) {
  const { program, python } = await programOf("benchmark");
  return await program.benchmark(args, { python });
}
