import { base64 } from "../../display/index.js";
import type { IntegerProgram } from "../program/index.js";
import { checkProgram } from "./checkProgram.js";
import { type ArrayName, arrays, programFromJson } from "./programFromJson.js";

/** A program, or an object with typed arrays, as JSON in which typed arrays are texts in base64. */
export function programJson(program: object): string {
  return JSON.stringify(program, (_, value: unknown) => {
    const name = Object.keys(arrays).find((name) => value instanceof arrays[name as ArrayName]);
    if (!name) return value;
    const { buffer, byteOffset, byteLength } = value as Int8Array<ArrayBuffer>;
    return { array: name, bytes: base64(new Uint8Array(buffer, byteOffset, byteLength)) };
  });
}

/**
 * A program as one text, in which a saved model keeps it: JSON in hexadecimal digits, since tfjs rewrites capitals and
 * underscores in the texts of a configuration.
 */
export function programText(program: IntegerProgram): string {
  const kept = program.ops.find(({ type }) => type === "float");
  if (kept) {
    throw new TypeError(
      `cannot save layer "${kept.layer}": it stays in float, and is a function (expected a model of integers only, from q.convert without float)`,
    );
  }
  const bytes = new TextEncoder().encode(programJson(program));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function readJson(json: string): unknown {
  try {
    return programFromJson(json);
  } catch (cause) {
    throw new TypeError(
      "invalid program: its text is damaged (expected JSON in hexadecimal digits)",
      {
        cause,
      },
    );
  }
}

/** The program of a text. @throws TypeError if the text isn't one of {@link programText} */
export function programFromText(text: unknown): IntegerProgram {
  if (typeof text !== "string") {
    throw new TypeError(
      `invalid program: ${typeof text} (expected the text that a saved integer model keeps)`,
    );
  }
  const digits = text.match(/../g) ?? [];
  const json = Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16));
  return checkProgram(readJson(new TextDecoder().decode(json)));
}
