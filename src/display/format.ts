import { base64 } from "./base64.js";
import { formatDataFrame, isDataFrame } from "./dataframe.js";
import { displaySymbol, isDisplayable, type MimeBundle } from "./mime.js";
import { formatModel, isModel } from "./model.js";
import { formatRecords, isRecords } from "./records.js";
import { formatTensor, isTensor } from "./tensor.js";
import { reason, toText } from "./text.js";

/**
 * How a value is shown: by its own `[Symbol.for("Jupyter.display")]()`, as a table (danfo DataFrames
 * and Series, lists of records), a summary (tfjs tensors and models), or as text as Node's REPL prints it.
 *
 * Never throws and never rejects: a value whose display fails is shown as text, with the reason.
 *
 * @returns the bundle, or a promise of it when the value's own display method returns one; an empty bundle
 *   if the value has nothing to show
 * @example
 * formatValue([1, 2]); // { "text/plain": "[ 1, 2 ]" }
 */
export function formatValue(value: unknown): MimeBundle | Promise<MimeBundle> {
  try {
    const bundle = richForm(value);
    if (bundle instanceof Promise) {
      return bundle.then(
        (settled) => checked(settled, value),
        (error) => asText(value, error),
      );
    }
    return bundle === undefined ? asText(value) : checked(bundle, value);
  } catch (error) {
    return asText(value, error);
  }
}

function richForm(value: unknown): MimeBundle | Promise<MimeBundle> | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function"))
    return undefined;
  if (isDisplayable(value)) {
    const bundle = value[displaySymbol]();
    if (bundle === undefined) throw new TypeError(noBundle(bundle));
    return bundle;
  }
  const form: unknown = (value as { [displaySymbol]?: unknown })[displaySymbol];
  if (form !== undefined)
    throw new TypeError(`${toText(form)} is not a method that returns a bundle`);
  if (isDataFrame(value)) return formatDataFrame(value);
  if (isTensor(value)) return formatTensor(value);
  if (isModel(value)) return formatModel(value);
  if (isRecords(value)) return formatRecords(value);
  return undefined;
}

function asText(value: unknown, error?: unknown): MimeBundle {
  const text = toText(value);
  if (error === undefined) return { "text/plain": text };
  return { "text/plain": `${text}\n(its own display failed: ${reason(error)})` };
}

/**
 * Any library can define a display method, so its bundle is converted to forms that can be sent, or
 * refused.
 */
function checked(bundle: MimeBundle, value: unknown): MimeBundle {
  if (typeof bundle !== "object" || bundle === null || !Object.keys(bundle).every(isMimeType)) {
    return asText(value, noBundle(bundle));
  }
  if (Object.keys(bundle).length === 0) return bundle;
  const fit: MimeBundle = {};
  const lost: string[] = [];
  for (const [type, form] of Object.entries(bundle)) {
    if (typeof form === "string") fit[type] = form;
    else if (form instanceof Uint8Array) fit[type] = base64(form);
    else {
      try {
        if (form === undefined) throw new TypeError("it is undefined");
        if (isTextual(type)) throw new TypeError(`it is ${toText(form)} instead of a string`);
        fit[type] = JSON.parse(JSON.stringify(form));
      } catch (error) {
        lost.push(`(its ${type} form was left out: ${reason(error)})`);
      }
    }
  }
  if (typeof fit["text/plain"] !== "string") fit["text/plain"] = toText(value);
  if (lost.length > 0) fit["text/plain"] = [fit["text/plain"], ...lost].join("\n");
  return fit;
}

function noBundle(returned: unknown): string {
  return `it returned ${toText(returned)} instead of a MIME bundle, as { "text/html": "<b>0.5</b>" }`;
}

function isMimeType(key: string): boolean {
  return /^[^\s/]+\/\S+$/.test(key);
}

/** Whether front ends take a type's form as text: HTML, Markdown, SVG; a picture's is its base64. */
function isTextual(type: string): boolean {
  return /^(text|image)\//.test(type) && !type.endsWith("+json");
}
