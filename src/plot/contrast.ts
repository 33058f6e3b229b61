/** The backgrounds that figures are drawn for: a white page, and JupyterLab's dark theme. */
export const pages = { light: "#ffffff", dark: "#111111" } as const;

/** The least contrast of text, and of marks, with the page (WCAG 2.2, 1.4.3 and 1.4.11). */
export const least = { text: 4.5, marks: 3 } as const;

/** Whether a colour is written as `#rrggbb`, the only form that is measured here. */
export function isHex(color: unknown): color is string {
  return typeof color === "string" && /^#[\da-f]{6}$/i.test(color);
}

/**
 * The contrast of two `#rrggbb` colours, from 1 to 21 (WCAG 2.2).
 *
 * @example
 * contrast("#000000", "#ffffff"); // 21
 */
export function contrast(a: string, b: string): number {
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

/**
 * A colour with enough contrast on a page: the colour itself, or else the nearest mixture with black on a bright page,
 * with white on a dark page.
 *
 * @example
 * readableOn("#E69F00", "#ffffff", 4.5); // "#9e6d00"
 */
export function readableOn(color: string, page: string, ratio: number): string {
  if (contrast(color, page) >= ratio) return color;
  const end = luminance(page) > 0.18 ? 0 : 255;
  for (let share = 1; share <= 256; share++) {
    const mixed = channels(color).map((value) => {
      const exact = value + ((end - value) * share) / 256;
      return end === 0 ? Math.floor(exact) : Math.ceil(exact);
    });
    const found = `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
    if (contrast(found, page) >= ratio) return found;
  }
  return end === 0 ? "#000000" : "#ffffff";
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16));
}
