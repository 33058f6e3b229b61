import { fontSizeOf, textWidth } from "./textSize.js";

/** The sides of a box, in pixels. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** An affine map as in SVG's `matrix(a b c d e f)`: `x' = a x + c y + e`, `y' = b x + d y + f`. */
type Matrix = [a: number, b: number, c: number, d: number, e: number, f: number];

const identity: Matrix = [1, 0, 0, 1, 0, 0];

/**
 * A line's extent above and below its base line, and the distance to the next line, in em (Plotly's
 * spacing).
 */
const [ascent, descent, spacing] = [0.93, 0.25, 1.3];

/** The box that the texts in an SVG element take on the page; other marks are ignored. */
export function clientBox(element: Element): Box {
  let matrix = identity;
  for (let ancestor: Element | null = element; ancestor; ancestor = ancestor.parentElement) {
    matrix = times(transformOf(ancestor), matrix);
  }
  return move(matrix, localBox(element)) ?? { left: 0, top: 0, right: 0, bottom: 0 };
}

/** The box of the texts in the element's coordinates, as `getBBox` returns it. */
export function ownBox(element: Element): Box {
  return localBox(element) ?? { left: 0, top: 0, right: 0, bottom: 0 };
}

function localBox(element: Element): Box | undefined {
  if (element.tagName === "text") return textBox(element);
  const parts = Array.from(element.children, (child) => move(transformOf(child), localBox(child)));
  return parts.reduce((all, part) => (all && part ? union(all, part) : (all ?? part)), undefined);
}

function textBox(element: Element): Box | undefined {
  const lines = Array.from(element.querySelectorAll("tspan.line"));
  const texts = (lines.length > 0 ? lines : [element]).map(({ textContent }) => textContent ?? "");
  if (texts.every((text) => text === "")) return undefined;
  const size = fontSizeOf(element);
  const width = Math.max(...texts.map((text) => textWidth(text, size)));
  const [x, y] = ["x", "y"].map((name) => Number.parseFloat(element.getAttribute(name) ?? "0"));
  const left = x! - width * anchorOf(element);
  const top = y! - ascent * size;
  const height = (ascent + descent + spacing * (texts.length - 1)) * size;
  return { left, top, right: left + width, bottom: top + height };
}

/** The share of a text's width that stands left of its `x`. */
function anchorOf(element: Element): number {
  const { textAnchor } = (element as SVGElement).style ?? {};
  const anchor = textAnchor || element.getAttribute("text-anchor");
  return anchor === "middle" ? 0.5 : anchor === "end" ? 1 : 0;
}

function union(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

function move([a, b, c, d, e, f]: Matrix, box: Box | undefined): Box | undefined {
  if (!box) return undefined;
  const corners = [box.left, box.right].flatMap((x) =>
    [box.top, box.bottom].map((y) => ({ x: a * x + c * y + e, y: b * x + d * y + f })),
  );
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [left, top, right, bottom] = [
    Math.min(...xs),
    Math.min(...ys),
    Math.max(...xs),
    Math.max(...ys),
  ];
  return { left, top, right, bottom };
}

/** An element's `transform`, of the three kinds that Plotly writes. */
function transformOf(element: Element): Matrix {
  const steps = (element.getAttribute("transform") ?? "").matchAll(/(\w+)\(([^)]*)\)/g);
  let matrix = identity;
  for (const [, kind, text] of steps) {
    const [p = 0, q, r = 0] = text!.split(/[\s,]+/).map(Number);
    if (kind === "translate") matrix = times(matrix, [1, 0, 0, 1, p, q ?? 0]);
    else if (kind === "scale") matrix = times(matrix, [p, 0, 0, q ?? p, 0, 0]);
    else if (kind === "rotate") matrix = times(matrix, rotation(p, q ?? 0, r));
  }
  return matrix;
}

function rotation(degrees: number, x: number, y: number): Matrix {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [cos, sin, -sin, cos, x - x * cos + y * sin, y - x * sin - y * cos];
}

function times([a, b, c, d, e, f]: Matrix, [p, q, r, s, t, u]: Matrix): Matrix {
  return [
    a * p + c * q,
    b * p + d * q,
    a * r + c * s,
    b * r + d * s,
    a * t + c * u + e,
    b * t + d * u + f,
  ];
}
