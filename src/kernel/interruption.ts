import type { Failure } from "./messages.js";

/** The failure that a client sees for an interrupted cell; `when` ends the sentence, as in `"before it ran"`. */
export function interruption(when = ""): Failure {
  const sentence = ["the cell was interrupted", when].filter(Boolean).join(" ");
  return { ename: "KeyboardInterrupt", evalue: "", traceback: [`KeyboardInterrupt: ${sentence}`] };
}
