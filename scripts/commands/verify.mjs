import { programOf } from "./program.mjs";

/**
 * `qatlab verify`: compares files with their manifests, after setting up the missing parts of a clone.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function verify(args) {
  const { program, python } = await programOf("verify");
  return await program.verify(args, { python });
}
