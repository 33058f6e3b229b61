import { displaySymbol, html, type MimeBundle } from "../display/index.js";
import { exerciseMimeType } from "../mimeTypes/index.js";

/**
 * The verdict on an answer, which shows itself as a line with a tick or a cross, and a hint.
 *
 * @example
 * const verdict: q.exercises.Verdict = q.exercises.check("06.1");
 * [verdict.state, verdict.right]; // [ "open", false ]
 */
export class Verdict {
  /** The exercise, e.g. `"06.1"`. */
  readonly id: string;
  readonly question: string;
  /** The state of the exercise; `open` if there is no answer yet. */
  readonly state: "right" | "wrong" | "open";
  /**
   * The answer's fault, or the point to remember if the answer is right; the question while the exercise is
   * open.
   */
  readonly message: string;
  /** A hint; empty if the answer is right. */
  readonly hint: string;
  /** The number of wrong answers so far. */
  readonly attempts: number;

  /** @internal */
  constructor(parts: Pick<Verdict, "id" | "question" | "state" | "message" | "hint" | "attempts">) {
    this.id = parts.id;
    this.question = parts.question;
    this.state = parts.state;
    this.message = parts.message;
    this.hint = parts.hint;
    this.attempts = parts.attempts;
  }

  get right(): boolean {
    return this.state === "right";
  }

  /**
   * The verdict in one line, or two with a hint.
   *
   * @example
   * String(q.exercises.check("06.2")).slice(0, 7); // "? 06.2:"
   */
  toString(): string {
    const { id, message, hint } = this;
    return `${marks[this.state].mark} ${id}: ${message}${hint && `\n  Hint: ${hint}`}`;
  }

  [displaySymbol](): MimeBundle {
    const { id, state, message, hint, attempts } = this;
    const { mark, color } = marks[state];
    const below = hint && html`<br><i>Hint:</i> ${hint}`;
    const box = `border-left:4px solid ${color};padding:.3em .8em;margin:.3em 0`;
    return {
      [exerciseMimeType]: { id, state, message, hint, attempts },
      "text/html": String(
        html`<div role="note" style="${box}"><b>${mark} ${id}</b> ${message}${below}</div>`,
      ),
      "text/plain": this.toString(),
    };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

const marks = {
  right: { mark: "✓", color: "#009E73" },
  wrong: { mark: "✗", color: "#D55E00" },
  open: { mark: "?", color: "#767676" },
} as const;
