import { createRequire } from "node:module";
import type { CellLanguage } from "../compiler/types.js";
import { protocolVersion } from "./wire.js";

const require = createRequire(import.meta.url);

/**
 * The content of a `kernel_info_reply`. The content needs no compiler, since clients ask for it before
 * TypeScript is loaded.
 *
 * `codemirror_mode` is the name by which JupyterLab 4 finds its highlighter, `pygments_lexer` is
 * nbconvert's.
 */
export function kernelInfo(language: CellLanguage): object {
  const version: string = require("../../../package.json").version;
  const typescript: string = require("typescript/package.json").version;
  const languageInfo =
    language === "typescript"
      ? {
          name: "typescript",
          version: typescript,
          mimetype: "text/typescript",
          file_extension: ".ts",
          pygments_lexer: "typescript",
          codemirror_mode: "typescript",
          nbconvert_exporter: "script",
        }
      : {
          name: "javascript",
          version: process.versions.node,
          mimetype: "text/javascript",
          file_extension: ".js",
          pygments_lexer: "javascript",
          codemirror_mode: "javascript",
          nbconvert_exporter: "script",
        };
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "qatlab",
    implementation_version: version,
    language_info: languageInfo,
    banner: `qatlab ${version}: TypeScript ${typescript} on Node.js ${process.versions.node}`,
    debugger: true,
    supported_features: ["debugger"],
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/" },
      { text: "TensorFlow.js API", url: "https://js.tensorflow.org/api/latest/" },
      { text: "Node.js API", url: "https://nodejs.org/api/" },
    ],
  };
}
