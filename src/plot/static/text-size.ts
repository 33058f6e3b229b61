/** Widths in em of a usual sans-serif's characters, by kind; jsdom has no fonts to ask. */
const kinds: [RegExp, number][] = [
  [/[ijl.,:;'|!]/, 0.26],
  [/[ftr()[\]{}/ -]/, 0.34],
  [/[mwMW@%—]/, 0.87],
  [/[A-Z]/, 0.66],
];
const ordinary = 0.56;

/** About how wide a text is, in pixels. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text) {
    width += kinds.find(([kind]) => kind.test(character))?.[1] ?? ordinary;
  }
  return width * fontSize;
}

/** The box of an SVG text element or group: as wide as its longest line, 1.2 em a line. */
export function textBox(element: Element): { width: number; height: number } {
  const lines = Array.from(element.querySelectorAll("tspan.line"));
  const fontSize = fontSizeOf(element);
  const texts = lines.length > 0 ? lines.map(textOf) : [textOf(element)];
  return {
    width: Math.max(...texts.map((text) => textWidth(text, fontSize))),
    height: texts.length * fontSize * 1.2,
  };
}

function textOf(element: Element): string {
  return element.textContent ?? "";
}

function fontSizeOf(element: Element): number {
  const inside = element.querySelector<SVGElement>("text");
  for (let at: Element | null = inside ?? element; at; at = at.parentElement) {
    const size = Number.parseFloat((at as SVGElement).style?.fontSize ?? "");
    if (size > 0) return size;
  }
  return 12;
}
