import { setUp } from "../setup/index.mjs";
import { parseArguments } from "./arguments.mjs";

const usage = `usage: npm run build

Compiles src/ to dist/, after setting up what that needs.
`;

/**
 * `npm run build`: the build is a step of the set-up, so that its inputs are set up first and nothing is
 * built twice.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function build(args) {
  if (!parseArguments(args, { usage, options: {} })) return 0;
  await setUp({ retry: false });
  return 0;
}
