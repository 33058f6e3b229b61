/**
 * One value in several forms, by MIME type; a front end shows the richest form that it knows.
 *
 * Text forms are strings, `…+json` forms are plain JSON values, images are base64 (PNG) or text (SVG).
 * Source: Jupyter messaging specification, "display_data".
 *
 * @example
 * const bundle: MimeBundle = { "text/plain": "0.5", "text/html": "<b>0.5</b>" };
 */
export type MimeBundle = Record<string, unknown>;

/**
 * The key of the method by which a value says how it is shown: `value[displaySymbol]()` returns a {@link
 * MimeBundle}, or a promise of one. Deno's Jupyter kernel and nodejs-polars use the same symbol.
 */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/** A value that shows itself in a notebook. */
export interface Displayable {
  [displaySymbol](): MimeBundle | Promise<MimeBundle>;
}

/** Whether `value` has a display method. */
export function isDisplayable(value: unknown): value is Displayable {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as Partial<Displayable>)[displaySymbol] === "function"
  );
}

/**
 * The key of a second method, for a value whose whole form takes time (a static image): it returns a form
 * to show at once, until the form of {@link displaySymbol} is ready.
 */
export const earlySymbol: unique symbol = Symbol.for("Jupyter.display.early") as never;

/** The form that `value` can show at once, if it has one. */
export function earlyForm(value: unknown): MimeBundle | undefined {
  return (value as { [earlySymbol]?(): MimeBundle } | null | undefined)?.[earlySymbol]?.();
}
