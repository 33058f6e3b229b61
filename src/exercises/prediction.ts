import { displaySymbol, html, type MimeBundle } from "../display/index.js";

/** The parts of a prediction: its lesson, the number if there is one, and how the number is to be read. */
interface Parts {
  lesson: string;
  value: number | undefined;
  asked: string;
  unit: string;
}

/**
 * A reader's prediction, made before the measurement. A figure takes it by {@link Prediction.map} or
 * {@link Prediction.references}, which give nothing as long as nothing is predicted.
 *
 * @example
 * const guess: q.exercises.Prediction = q.exercises.predict("06", 0.8);
 * [guess.made, guess.value]; // [ true, 0.8 ]
 */
export class Prediction {
  /** The lesson, e.g. `"06"`. */
  readonly lesson: string;
  /** The predicted number; `undefined` as long as there is none. */
  readonly value: number | undefined;
  readonly #asked: string;
  readonly #unit: string;

  /** @internal */
  constructor({ lesson, value, asked, unit }: Parts) {
    this.lesson = lesson;
    this.value = value;
    this.#asked = asked;
    this.#unit = unit;
  }

  /** Whether there is a prediction. */
  get made(): boolean {
    return this.value !== undefined;
  }

  /**
   * The predicted number, turned by `make` into a mark or a row, in a list of one; an empty list as long as nothing is
   * predicted.
   * So `...guess.map(…)` puts a mark into a figure's data, or a row into a table, only if it is due.
   *
   * @example
   * const guess = q.exercises.predict("06", 0.8);
   * guess.map((value) => 100 * value); // [ 80 ]
   * q.exercises.predict("06").map((value) => 100 * value); // []
   */
  map<T>(make: (value: number) => T): T[] {
    return this.value === undefined ? [] : [make(this.value)];
  }

  /**
   * The prediction as a reference line of a board or a study, `{ guess: value }`; no line as long as nothing is
   * predicted.
   *
   * @param factor the factor of the number, e.g. 100 where a share was asked for and the figure shows percent. Default 1
   * @throws TypeError if the factor is not a finite number
   * @example
   * const guess = q.exercises.predict("06", 0.5);
   * ({ float: 97, ...guess.references(100) }); // { float: 97, guess: 50 }
   */
  references(factor = 1): Record<string, number> {
    if (!Number.isFinite(factor)) {
      throw new TypeError(
        `invalid factor: ${factor} (expected a finite number, as 100 for percent)`,
      );
    }
    return this.value === undefined ? {} : { guess: factor * this.value };
  }

  /**
   * The prediction in a line; without one, the line asks for it.
   *
   * @example
   * String(q.exercises.predict("06", 0.8)); // "✓ Your prediction: 0.8"
   */
  toString(): string {
    return `${this.made ? "✓" : "?"} ${this.#message()}`;
  }

  #message(): string {
    if (this.value !== undefined) {
      return `Your prediction: ${this.value}${this.#unit && ` ${this.#unit}`}`;
    }
    return `Your prediction, ${this.#asked}, isn’t made yet. Write it in the place of undefined and run the cell again: the figures below draw it only then.`;
  }

  [displaySymbol](): MimeBundle {
    const color = this.made ? "#009E73" : "#767676";
    const box = `border-left:4px solid ${color};padding:.3em .8em;margin:.3em 0`;
    return {
      "text/html": String(
        html`<div role="note" style="${box}"><b>${this.made ? "✓" : "?"}</b> ${this.#message()}</div>`,
      ),
      "text/plain": this.toString(),
    };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
