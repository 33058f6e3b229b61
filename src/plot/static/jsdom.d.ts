/** The parts of jsdom that are used here; jsdom's types aren't installed. */
declare module "jsdom" {
  /** The receiver of a page's console messages; without listeners the messages are dropped. */
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
