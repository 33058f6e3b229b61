/** @internal A value of a front matter: what YAML and JSON have in common. */
export type Yaml =
  | string
  | number
  | boolean
  | null
  | readonly Yaml[]
  | { readonly [key: string]: Yaml };

/**
 * @internal
 * A value as YAML in block style. Texts are written as JSON strings, which YAML reads alike, so that no text can be taken
 * for a number, a date or a structure.
 */
export function yaml(value: Yaml, indent = ""): string {
  if (typeof value === "object" && !isBlock(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return (value as readonly Yaml[])
      .map((item) => {
        const text = yaml(item, `${indent}  `);
        return `${indent}- ${isBlock(item) ? text.trimStart() : text}`;
      })
      .join("\n");
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([key, item]) => {
        const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
        return isBlock(item)
          ? `${indent}${name}:\n${yaml(item, `${indent}  `)}`
          : `${indent}${name}: ${yaml(item)}`;
      })
      .join("\n");
  }
  return JSON.stringify(value);
}

/** Whether a value takes lines of its own. */
function isBlock(value: Yaml): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
