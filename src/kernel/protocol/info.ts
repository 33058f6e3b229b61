import type { CellLanguage } from "../compiler/types.js";

/** The versions that a kernel tells of itself. */
export interface Versions {
  /** This package's version. */
  qatlab: string;
  typescript: string;
  /** The JavaScript that cells run in, as a reader knows it, e.g. `Node.js 22.1.0`. */
  platform: string;
}

export const protocolVersion = "5.5";

/**
 * The content of a `kernel_info_reply`. The content needs no compiler, since clients ask for it before
 * TypeScript is loaded.
 *
 * `codemirror_mode` is the name by which JupyterLab 4 finds its highlighter, `pygments_lexer` is
 * nbconvert's.
 */
export function kernelInfo(
  language: CellLanguage,
  { qatlab, typescript, platform }: Versions,
  { debugs }: { debugs: boolean },
): object {
  const isTyped = language === "typescript";
  const languageInfo = {
    name: language,
    version: isTyped ? typescript : platform.replace(/^\D+/, ""),
    mimetype: `text/${language}`,
    file_extension: isTyped ? ".ts" : ".js",
    pygments_lexer: language,
    codemirror_mode: language,
    nbconvert_exporter: "script",
  };
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "qatlab",
    implementation_version: qatlab,
    language_info: languageInfo,
    banner: `qatlab ${qatlab}: TypeScript ${typescript} on ${platform}`,
    debugger: debugs,
    supported_features: debugs ? ["debugger"] : [],
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/" },
      { text: "TensorFlow.js API", url: "https://js.tensorflow.org/api/latest/" },
      { text: "Node.js API", url: "https://nodejs.org/api/" },
    ],
  };
}
