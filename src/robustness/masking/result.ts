import { displaySymbol, type MimeBundle, table } from "../../display/index.js";

/** A sign that gradients are masked, and whether it was found. */
export type MaskingRow = { sign: string; found: "yes" | "no"; measured: string };

/**
 * The signs of masked gradients, which show themselves as a table.
 *
 * @example
 * const masking: q.robustness.Masking = await q.robustness.masked(model, test.take(100), { epsilon: 0.1 });
 * masking.masked; // false
 */
export class Masking {
  readonly rows: readonly MaskingRow[];

  /** @internal */
  constructor(rows: readonly MaskingRow[]) {
    this.rows = rows;
  }

  /** Whether any sign was found. */
  get masked(): boolean {
    return this.rows.some(({ found }) => found === "yes");
  }

  /**
   * The result in a sentence.
   *
   * @example
   * String(await q.robustness.masked(model, test.take(100), { epsilon: 0.1 })).slice(0, 7); // "no sign"
   */
  toString(): string {
    const found = this.rows.filter(({ found }) => found === "yes").map(({ sign }) => sign);
    if (found.length === 0) return "no sign of masked gradients (which is no proof of robustness)";
    return `gradients are masked: ${found.join("; ")}`;
  }

  [displaySymbol](): MimeBundle {
    const columns = [{ name: "sign" }, { name: "found" }, { name: "measured" }];
    const rows = this.rows.map(({ sign, found, measured }) => [
      sign,
      found === "yes" ? { strong: found } : found,
      measured,
    ]);
    return table(columns, rows, { caption: this.toString() });
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return String(this[displaySymbol]()["text/plain"]);
  }
}
