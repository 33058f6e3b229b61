import { complaint } from "../../arguments/index.js";

/** Words of C99 and C++ that can't name a function, and names that would hide a file or a function of C. */
const reserved = new Set(
  `auto break case char const continue default do double else enum extern float for goto if inline int long register
  restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm bool catch
  class delete explicit export false friend mutable namespace new operator private protected public template this
  throw true try typename using virtual main test stdint stdio stdlib string math`.split(/\s+/),
);

const expected =
  "a name in C of at most 40 letters, digits and underscores that begins with a letter and isn't a word of C";

const isName = (name: string) => /^[A-Za-z][A-Za-z0-9_]{0,39}$/.test(name) && !reserved.has(name);

/**
 * @internal
 * The name of a model in C: the name that the caller chose, or one made from the model's name.
 *
 * @throws TypeError if the caller's name can't be a name in C
 */
export function checkName(chosen: string | undefined, modelName: string): string {
  if (chosen !== undefined) {
    if (typeof chosen === "string" && isName(chosen)) return chosen;
    throw new TypeError(
      complaint({ name: "name", value: chosen, expected, example: 'name: "digits"' }),
    );
  }
  const words = modelName.replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "");
  const name = /^[A-Za-z]/.test(words) ? words : `model_${words}`.replace(/_$/, "");
  const short = name.slice(0, 40);
  return isName(short) ? short : `model_${short}`.slice(0, 40);
}

/** @internal A text that may stand in a comment of C: it ends no comment, begins none, and stays in its line. */
export function commentText(text: string): string {
  return text
    .replaceAll(/[^\x20-\x7e]+/g, "?")
    .replaceAll("*/", "* /")
    .replaceAll("/*", "/ *")
    .replaceAll("\\", "/");
}
