/** @internal A value out of a JSON text. */
export type Json = null | boolean | number | string | Json[] | Fields;

/** @internal An object out of a JSON text. */
export interface Fields {
  [key: string]: Json;
}

/** Objects inside each other in a configuration, beyond which a file is refused. */
const maxDepth = 100;

/**
 * @internal
 * Parses a JSON text.
 *
 * @param what the text's name for messages
 * @throws Error if the text isn't JSON, or nests too deeply
 */
export function parseJson(bytes: Uint8Array | string, what: string): Json {
  try {
    const text = typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes);
    const value = JSON.parse(text) as Json;
    checkDepth(value);
    return value;
  } catch (cause) {
    throw new Error(`${what} isn't right: ${(cause as Error).message} (the file is damaged)`, {
      cause,
    });
  }
}

function checkDepth(value: Json): void {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw new Error("its objects nest too deeply");
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
  }
}

/** @internal */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @internal The object at a key. @throws Error if there is none */
export function fieldsAt(owner: Fields, key: string, where: string): Fields {
  const value = owner[key];
  if (isFields(value)) return value;
  throw new Error(`${where} has no ${key} (expected an object; the file is damaged)`);
}

/** @internal The text at a key. @throws Error if there is none */
export function textAt(owner: Fields, key: string, where: string): string {
  const value = owner[key];
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`${where} has no ${key} (expected a text; the file is damaged)`);
}

/** @internal The list at a key. @throws Error if there is none */
export function listAt(owner: Fields, key: string, where: string): Json[] {
  const value = owner[key];
  if (Array.isArray(value)) return value;
  throw new Error(`${where} has no ${key} (expected a list; the file is damaged)`);
}

/** @internal A shape, in which `null` is any size. @throws Error if a size isn't a whole number of at least 0 */
export function shapeOf(value: Json | undefined, where: string): (number | null)[] {
  const whole = (size: Json) =>
    size === null || (Number.isSafeInteger(size) && (size as number) >= 0);
  if (Array.isArray(value) && value.every(whole)) return value as (number | null)[];
  throw new Error(`${where} has shape ${JSON.stringify(value)} (expected whole numbers and null)`);
}
