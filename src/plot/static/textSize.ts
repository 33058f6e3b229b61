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

/** The font size of an SVG text in pixels: that of the text, or of the nearest ancestor that sets one. */
export function fontSizeOf(element: Element): number {
  const inside = element.querySelector<SVGElement>("text");
  for (
    let ancestor: Element | null = inside ?? element;
    ancestor;
    ancestor = ancestor.parentElement
  ) {
    const size = Number.parseFloat((ancestor as SVGElement).style?.fontSize ?? "");
    if (size > 0) return size;
  }
  return 12;
}
