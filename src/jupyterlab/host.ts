/**
 * The parts of JupyterLab, Lumino and Plotly that are used here. The page has them; they aren't among our
 * packages.
 */

/** A Lumino message, such as "resize". */
export interface Message {
  type: string;
}

/** Lumino's widget: a DOM node that can be disposed. */
export interface Widget {
  readonly node: HTMLElement;
  readonly isDisposed: boolean;
  addClass(name: string): void;
  dispose(): void;
}

export type WidgetClass = new () => Widget;

/** An output of a notebook: all its forms by MIME type. */
export interface MimeModel {
  readonly data: Record<string, unknown>;
}

/** JupyterLab's registry of renderers by MIME type. */
export interface RenderMimeRegistry {
  addFactory(
    factory: {
      safe: boolean;
      mimeTypes: string[];
      createRenderer(options: { mimeType: string }): Widget;
    },
    rank?: number,
  ): void;
}

/** A webpack share scope: packages by name and version. */
export type SharedScope = Record<
  string,
  Record<string, { get(): Promise<() => Record<string, unknown>> }>
>;

/** The object that plotly.min.js sets on `window`. */
export interface PlotlyBrowser {
  react(node: HTMLElement, figure: object): Promise<unknown>;
  relayout(node: HTMLElement, changes: object): Promise<unknown>;
  animate(node: HTMLElement, ...step: unknown[]): Promise<unknown>;
  purge(node: HTMLElement): void;
  Plots: { resize(node: HTMLElement): Promise<unknown> };
}
