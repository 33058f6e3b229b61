import { inspect } from "#door/kernel/cell/platform";
import type { MimeBundle } from "../../display/index.js";
import { NativePromise, stringify } from "./intrinsics.js";

/**
 * Formats a value and calls `shown` with the JSON of its `data` and `metadata` and with its plain text. A
 * value with an empty bundle has nothing to show, and `shown` is called without arguments.
 */
export type ShowValue = (value: unknown, shown: (json?: string, text?: string) => void) => void;

/**
 * Makes the function that shows last expressions. That function never throws and always calls back: if a
 * value's own display fails, the cell's result is text.
 *
 * @param format makes a value's bundle, or a promise of it
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
        if (bundle instanceof NativePromise) {
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
 * @throws TypeError if the bundle is not an object of JSON values
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
  return stringify({ data, metadata, transient });
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
