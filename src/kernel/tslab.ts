import { base64, findHost } from "../display/index.js";

/** tslab's `display`: each method shows a new output or, with an id, replaces an earlier one. */
class Display {
  readonly #id: string | undefined;
  #shown = false;

  constructor(id?: string) {
    this.#id = id;
  }

  javascript(text: string): void {
    this.raw("text/javascript", text);
  }

  html(text: string): void {
    this.raw("text/html", text);
  }

  markdown(text: string): void {
    this.raw("text/markdown", text);
  }

  latex(text: string): void {
    this.raw("text/latex", text);
  }

  svg(text: string): void {
    this.raw("image/svg+xml", text);
  }

  png(bytes: Uint8Array): void {
    this.raw("image/png", bytes);
  }

  jpeg(bytes: Uint8Array): void {
    this.raw("image/jpeg", bytes);
  }

  gif(bytes: Uint8Array): void {
    this.raw("image/gif", bytes);
  }

  pdf(bytes: Uint8Array): void {
    this.raw("application/pdf", bytes);
  }

  text(text: string): void {
    this.raw("text/plain", text);
  }

  raw(contentType: string, content: string | Uint8Array): void {
    const data = content instanceof Uint8Array ? base64(content) : content;
    const update = this.#shown;
    if (this.#id !== undefined) this.#shown = true;
    findHost().display({ [contentType]: data }, { displayId: this.#id, update });
  }
}

/**
 * The module that cells get by `import … from "tslab"`: tslab 1.0.22's public module, which shows through
 * this kernel. Stock tslab's own `display` finds no tslab kernel here and throws.
 */
export function tslabModule(versions: { tslab: string; typescript: string; node: string }): object {
  return { display: new Display(), newDisplay: () => new Display(crypto.randomUUID()), versions };
}
