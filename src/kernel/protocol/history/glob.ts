/** The longest pattern that is tried, so that a search doesn't hold the thread that answers everybody. */
const longest = 1000;

/**
 * Whether a pattern of SQLite's GLOB, as IPython uses it, matches a whole text: `*` stands for any text and
 * `?` for one character.
 *
 * The time is at most the product of both lengths. A regular expression would take the text's length to the
 * power of the number of stars.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  if (pattern.length > longest) return false;
  let at = 0;
  let position = 0;
  /** Where the pattern goes on after the latest star, and where in the text the star's part ends. */
  let star = -1;
  let end = 0;
  while (position < text.length) {
    if (pattern[at] === "*") {
      star = ++at;
      end = position;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star; // the star takes one character more
      position = ++end;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
