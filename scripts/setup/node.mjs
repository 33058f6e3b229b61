import { SetupError } from "./error.mjs";

const oldest = [20, 19];

/**
 * Checks the running Node.
 *
 * @param {string} [version]
 * @throws {SetupError} If Node is too old.
 */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new SetupError(`Node ${version} is too old (20.19 or newer is needed)`, {
    hint: "Install Node 24 from your system's packages, nodejs.org or a version manager (nvm install 24).",
  });
}
