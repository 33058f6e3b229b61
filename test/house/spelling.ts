import { withoutCode } from "./pages.js";

/** The words of a list, one a line; what follows # is a remark. */
export function loadWords(text: string): Set<string> {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  return new Set(lines.filter(Boolean));
}

/** The words of a text's prose in small letters: no code, formulas, addresses, and no names such as LiteRT. */
export function wordsOf(text: string): string[] {
  const prose = withoutCode(text)
    .replaceAll("`code`", " ")
    .replace(/<!--[\s\S]*?-->/g, " ")
    .replace(/\$\$[\s\S]*?\$\$|\$[^$\n]+\$/g, " ")
    .replace(/\]\([^)]*\)/g, "] ")
    .replace(/https?:\S+/g, " ");
  return [...prose.matchAll(/(?<![\p{L}\p{N}_./@-])\p{L}[\p{L}’']*(?![\p{L}\p{N}_/@])/gu)]
    .map(([word]) => word.replace(/[’'](s|t|d|ll|re|ve)$/, "").replace(/[’']+$/, ""))
    .filter((word) => !/.\p{Lu}/u.test(word))
    .map((word) => word.toLowerCase());
}

/** Endings that make another word of a known one. */
const endings = ["s", "es", "d", "ed", "r", "er", "n", "y", "ly", "ing"];

/**
 * Whether a word is probably a slip: the list doesn't have it, nor the word without a usual ending, but has one that is a
 * letter off. A word that is far from all others counts as new. Words below six letters have too many neighbours.
 */
export function isSlip(word: string, known: ReadonlySet<string>): boolean {
  if (word.length < 6 || known.has(word) || known.has(word.replace(/^(un|re|de|non)/, "")))
    return false;
  const stems = endings
    .filter((end) => word.endsWith(end))
    .map((end) => word.slice(0, -end.length));
  if (stems.some((stem) => known.has(stem) || known.has(`${stem}e`))) return false;
  if (endings.some((end) => known.has(word + end))) return false;
  return neighbours(word).some((other) => known.has(other));
}

const letters = "abcdefghijklmnopqrstuvwxyz";

/** The words at one step: a letter left out, put in, changed, or two exchanged. */
function neighbours(word: string): string[] {
  const cuts = Array.from({ length: word.length + 1 }, (_, i) => [word.slice(0, i), word.slice(i)]);
  return cuts.flatMap(([a = "", b = ""]) => [
    a + b.slice(1),
    ...(b.length > 1 ? [a + b[1] + b[0] + b.slice(2)] : []),
    ...[...letters].flatMap((letter) => [a + letter + b, a + letter + b.slice(1)]),
  ]);
}
