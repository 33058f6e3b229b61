const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text made safe for HTML content and quoted attributes.
 *
 * @example
 * escapeHtml("a < b & c"); // "a &lt; b &amp; c"
 */
export function escapeHtml(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (character) => entities[character]!);
}

/** Markup that is known to be safe: {@link html} inserts it unescaped. */
export class Markup {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/**
 * A template tag that escapes everything it inserts except {@link Markup}; lists are joined.
 *
 * @example
 * const cells = ["<1>", 2].map((value) => html`<td>${value}</td>`);
 * String(html`<tr>${cells}</tr>`); // "<tr><td>&lt;1&gt;</td><td>2</td></tr>"
 */
export function html(parts: TemplateStringsArray, ...values: unknown[]): Markup {
  let text = parts[0]!;
  for (let i = 0; i < values.length; i++) text += insert(values[i]) + parts[i + 1]!;
  return new Markup(text);
}

function insert(value: unknown): string {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(insert).join("");
  return value === undefined || value === null ? "" : escapeHtml(value);
}
