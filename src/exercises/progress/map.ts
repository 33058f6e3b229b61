import { base64, displaySymbol, html, type MimeBundle } from "../../display/index.js";

/** A lesson on the map. */
export interface MapLesson {
  readonly number: string;
  readonly title: string;
  /** The notebook's file. */
  readonly file: string;
  readonly exercises: readonly MapExercise[];
}

/** An exercise on the map. */
export interface MapExercise {
  /** Lesson and number, e.g. `"06.2"`. */
  readonly id: string;
  readonly title: string;
  /** The time at which it was solved, in ISO 8601; `null` if it is open. */
  readonly solved: string | null;
}

/**
 * The map of the course: lessons, exercises, and a tick for each one that was solved.
 *
 * @example
 * const map: q.exercises.CourseMap = q.exercises.progress();
 * map.solved <= map.total; // true
 */
export class CourseMap {
  readonly lessons: readonly MapLesson[];
  /** A sentence on the file, if something is to be said about it. */
  readonly remark: string;

  /** A file with the solved exercises, which a link offers. */
  readonly #file: { name: string; text: string } | undefined;

  /** @internal */
  constructor(
    lessons: readonly MapLesson[],
    remark: string,
    file?: { name: string; text: string },
  ) {
    this.lessons = lessons;
    this.remark = remark;
    this.#file = file;
  }

  /** The number of solved exercises. */
  get solved(): number {
    return this.#exercises.filter(({ solved }) => solved !== null).length;
  }

  /** The number of all exercises. */
  get total(): number {
    return this.#exercises.length;
  }

  get #exercises(): MapExercise[] {
    return this.lessons.flatMap(({ exercises }) => exercises);
  }

  /**
   * The map as text, a line for each lesson.
   *
   * @example
   * String(q.exercises.progress()).split("\n")[1]!.slice(0, 20); // "00  Check your setup"
   */
  toString(): string {
    const width = Math.max(...this.lessons.map(({ title }) => title.length));
    const rows = this.lessons.map(({ number, title, exercises }) => {
      const ticks = exercises.map(({ solved }) => (solved === null ? "○" : "✓")).join("");
      return `${number}  ${title.padEnd(width)}  ${ticks}`.trimEnd();
    });
    return [this.#sum, ...rows, ...(this.remark ? [this.remark] : [])].join("\n");
  }

  get #sum(): string {
    return `${this.solved} of ${this.total} exercises are solved`;
  }

  [displaySymbol](): MimeBundle {
    const mark = ({ id, title, solved }: MapExercise) => {
      const done = solved !== null;
      const said = `${id} ${title}${done ? `, solved on ${solved.slice(0, 10)}` : ", open"}`;
      const color = done ? "#009E73" : "#767676";
      return html`<span role="img" aria-label="${said}" title="${said}" style="color:${color};font-weight:bold;padding:0 .25em">${done ? "✓" : "○"}</span>`;
    };
    const rows = this.lessons.map(
      ({ number, title, file, exercises }) =>
        html`<tr><td style="text-align:right">${number}</td><td style="text-align:left"><a href="${file}">${title}</a></td><td style="text-align:left">${exercises.map(mark)}</td></tr>\n`,
    );
    const share = this.total === 0 ? 0 : (100 * this.solved) / this.total;
    const bar = html`<div aria-hidden="true" style="height:.4em;max-width:28em;background:#76767655;border-radius:.2em;margin:.3em 0"><div style="height:100%;width:${share.toFixed(1)}%;background:#009E73;border-radius:.2em"></div></div>`;
    const remark = this.remark && html`<p><i>${this.remark}</i></p>`;
    const file = this.#file && downloadOf(this.#file);
    return {
      "text/html": String(
        html`<div class="qatlab-map" style="overflow-x:auto"><b>${this.#sum}</b>${bar}<table><tbody>\n${rows}</tbody></table>${remark}${file}</div>`,
      ),
      "text/plain": this.toString(),
    };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** A link that downloads a file, and the way to go on with it. */
function downloadOf({ name, text }: { name: string; text: string }) {
  const address = `data:application/jsonl;base64,${base64(new TextEncoder().encode(text))}`;
  return html`<p><a href="${address}" download="${name}">Download ${name}</a>: this browser keeps your solved exercises, and the course in Node goes on from the file (<code>QATLAB_PROGRESS=${name} npx qatlab start</code>).</p>`;
}
