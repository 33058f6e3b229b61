/** What is used of jsdom; its own types aren't installed. */
declare module "jsdom" {
  /** Where a page's console messages go; without listeners, nowhere. */
  export class VirtualConsole {}

  export class JSDOM {
    constructor(
      html: string,
      options: {
        runScripts: "outside-only";
        pretendToBeVisual: boolean;
        virtualConsole: VirtualConsole;
      },
    );
    readonly window: {
      SVGElement: { prototype: object };
      HTMLCanvasElement: { prototype: object };
      URL: { createObjectURL(blob: unknown): string };
      eval(code: string): unknown;
    };
  }
}
