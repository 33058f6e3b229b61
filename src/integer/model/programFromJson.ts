import type { IntegerProgram } from "../program/index.js";

/** The typed arrays of a program, by the names that stand for them in a text. */
export const arrays = { Int8Array, Int16Array, Int32Array, Float32Array, Float64Array } as const;
export type ArrayName = keyof typeof arrays;

/** A typed array as text. */
interface Encoded {
  array: ArrayName;
  bytes: string;
}

/** The program of JSON in which typed arrays are texts in base64. */
export function programFromJson(json: string): IntegerProgram {
  return JSON.parse(json, (_, value: Partial<Encoded> | null) => {
    const { array, bytes } = Object(value) as Partial<Encoded>;
    if (array === undefined || bytes === undefined || !(array in arrays)) return value;
    const raw = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
    return new arrays[array](raw.buffer);
  }) as IntegerProgram;
}
