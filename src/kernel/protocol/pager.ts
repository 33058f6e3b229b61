/** A cell that asks about a name, as in IPython. */
export interface Question {
  expression: string;
  detail: 0 | 1;
}

/**
 * Reads a cell like `?Math.hypot`, `Math.hypot?` or `Math.hypot??`, which is no TypeScript; null for
 * any other cell.
 *
 * @example
 * readQuestion("Math.hypot?") // { expression: "Math.hypot", detail: 0 }
 */
export function readQuestion(code: string): Question | null {
  const match = /^\s*(\?{0,2})\s*([\p{ID_Continue}$.]+)\s*(\?{0,2})\s*$/u.exec(code);
  if (match === null) return null;
  const [, before = "", expression = "", after = ""] = match;
  const marks = before.length + after.length;
  if (marks === 0) return null;
  return { expression, detail: marks > 1 ? 1 : 0 };
}
