import { setUp } from "../setup/index.mjs";

/**
 * `npm run build`: the build is a step of the set-up, so that what it needs is there first, and
 * nothing is built twice.
 *
 * @returns {Promise<number>} The exit status.
 */
export async function build() {
  await setUp({ retry: false });
  return 0;
}
