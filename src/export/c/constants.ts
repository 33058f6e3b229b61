/** @internal An array of constants in C. */
export interface ConstantArray {
  readonly name: string;
  readonly bytes: number;
  readonly text: string;
}

type Elements = Int8Array | Uint8Array | Int32Array | BigInt64Array;

const types = new Map<unknown, string>([
  [Int8Array, "int8_t"],
  [Uint8Array, "uint8_t"],
  [Int32Array, "int32_t"],
  [BigInt64Array, "int64_t"],
]);

/** @internal The constant arrays of a source file; equal arrays stand there once. */
export class Constants {
  readonly #arrays = new Map<string, ConstantArray>();
  readonly #names = new Set<string>();

  /** The name of an array with these elements: the wanted name, or that of an array that is there already. */
  add(wanted: string, elements: Elements): string {
    const type = types.get(elements.constructor)!;
    const body = rows(Array.from<number | bigint>(elements).map(literal));
    const known = this.#arrays.get(`${type}: ${body}`);
    if (known) return known.name;
    const name = this.#free(wanted);
    const text = `static const ${type} ${name}[${elements.length}] = {\n${body}\n};`;
    this.#arrays.set(`${type}: ${body}`, { name, bytes: elements.byteLength, text });
    return name;
  }

  /** The arrays, in the order in which they came. */
  get arrays(): ConstantArray[] {
    return [...this.#arrays.values()];
  }

  #free(wanted: string): string {
    // The prefix keeps names apart from those of routines and from the words of C, which tells 63 letters apart.
    const base = `k_${wanted.replaceAll(/\W+/g, "_")}`.slice(0, 56);
    let name = base;
    for (let n = 2; this.#names.has(name); n++) name = `${base}_${n}`;
    this.#names.add(name);
    return name;
  }
}

/** A number as C reads it: the smallest int32 number can't be written as the negative of a literal. */
function literal(value: number | bigint): string {
  if (typeof value === "bigint") return `INT64_C(${value})`;
  return value === -2147483648 ? "INT32_MIN" : String(value);
}

/** @internal Words in lines of at most 110 characters. */
export function rows(words: readonly string[], indent = "  "): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of words) {
    if (line.length + word.length > 108 && line !== indent) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word}, `;
  }
  lines.push(line.trimEnd());
  return lines.join("\n");
}
