import { inspect } from "node:util";
import type { MimeBundle } from "../../display/mime.js";

/**
 * Formats a value and hands on the JSON of its `data` and `metadata`, and its plain text; nothing of
 * both for a value with an empty bundle, which has nothing to show.
 */
export type ShowValue = (value: unknown, shown: (json?: string, text?: string) => void) => void;

/**
 * Makes the function that shows last expressions. It never throws and always calls back: whatever a
 * value's own display does wrong, the cell's result is at least text.
 *
 * @param format may return a promise
 */
export function createShow(
  format: (value: unknown) => MimeBundle | Promise<MimeBundle>,
): ShowValue {
  return (value, shown) => {
    const finish = (bundle: MimeBundle) => {
      const json = contentJson(bundle, {});
      if (Object.keys(bundle).length === 0) return shown();
      const text = bundle["text/plain"];
      shown(json, typeof text === "string" ? text : "");
    };
    attempt(
      () => {
        const bundle = format(value);
        if (bundle instanceof Promise) {
          bundle.then(
            (settled) =>
              attempt(
                () => finish(settled),
                () => finish(plainText(value)),
              ),
            () => finish(plainText(value)),
          );
        } else finish(bundle);
      },
      () => finish(plainText(value)),
    );
  };
}

/**
 * The content of a display message as JSON, written where the value lives.
 *
 * @throws TypeError for a bundle that isn't an object of JSON values
 */
export function contentJson(
  data: MimeBundle,
  metadata: Record<string, unknown>,
  transient?: Record<string, unknown>,
): string {
  if (typeof data !== "object" || data === null) {
    throw new TypeError(
      `invalid bundle: ${inspect(data)} (expected an object of MIME types, e.g. { "text/plain": "0.5" })`,
    );
  }
  return JSON.stringify({ data, metadata, transient });
}

function plainText(value: unknown): MimeBundle {
  try {
    return { "text/plain": inspect(value) };
  } catch (error) {
    return { "text/plain": `(cannot be shown: ${String((error as Error)?.message)})` };
  }
}

function attempt(action: () => void, otherwise: () => void): void {
  try {
    action();
  } catch {
    otherwise();
  }
}
