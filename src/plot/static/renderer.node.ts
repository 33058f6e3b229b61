import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { JSDOM, VirtualConsole } from "jsdom";
import { type Box, clientBox, ownBox } from "./boxes.js";
import { Canvas } from "./canvas.node.js";
import { thin } from "./thin.js";

/** A figure's specification and the size of its image in pixels. */
export interface Drawing {
  spec: { data: unknown[]; layout: Record<string, unknown> };
  width: number;
  height: number;
}

/** Draws figures as SVG text. */
export type Renderer = (drawing: Drawing) => Promise<string>;

/**
 * Plotly inside jsdom, which can neither measure texts nor paint: sizes of texts are estimated, and heat
 * maps get a small canvas. Loading takes about a second, and a figure 30–200 ms.
 */
export function createRenderer(): Renderer {
  const { window } = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole(), // silent, since errors are thrown
  });
  supplyMeasures(window);
  supplyCanvas(window);
  window.URL.createObjectURL = () => "";
  const path = createRequire(import.meta.url).resolve("plotly.js-dist-min");
  window.eval(readFileSync(path, "utf8"));
  const { Plotly } = window as unknown as { Plotly: PlotlyImages };

  return async ({ spec, width, height }) => {
    const layout = { ...spec.layout, width, height };
    const options = { format: "svg", width, height, imageDataOnly: true };
    return thin(await Plotly.toImage({ data: spec.data, layout }, options));
  };
}

interface PlotlyImages {
  toImage(figure: object, options: object): Promise<string>;
}

type Window = JSDOM["window"];

function supplyMeasures(window: Window): void {
  const prototype = window.SVGElement.prototype as unknown as Record<string, unknown>;
  prototype.getComputedTextLength = function (this: Element) {
    const { left, right } = ownBox(this);
    return right - left;
  };
  prototype.getBBox = function (this: Element) {
    return rectangle(ownBox(this));
  };
  prototype.getBoundingClientRect = function (this: Element) {
    return rectangle(clientBox(this));
  };
}

function rectangle(box: Box) {
  const { left, top, right, bottom } = box;
  return { ...box, x: left, y: top, width: right - left, height: bottom - top };
}

function supplyCanvas(window: Window): void {
  const canvases = new WeakMap<object, Canvas>();
  const prototype = window.HTMLCanvasElement.prototype as unknown as Record<string, unknown>;
  prototype.getContext = function (this: HTMLCanvasElement) {
    const canvas = canvases.get(this) ?? new Canvas(this.width, this.height);
    canvases.set(this, canvas);
    return canvas;
  };
  prototype.toDataURL = function (this: HTMLCanvasElement) {
    return canvases.get(this)?.toDataURL() ?? "";
  };
}
