import { createRequire } from "node:module";
import type { Versions } from "./info.js";

const require = createRequire(import.meta.url);

/** The versions of this kernel, in Node. */
export const versions: Versions = {
  qatlab: require("../../../package.json").version,
  typescript: require("typescript/package.json").version,
  platform: `Node.js ${process.versions.node}`,
};
