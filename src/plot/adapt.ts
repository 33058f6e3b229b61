import { isHex, least, pages, readableOn } from "./contrast.js";
import { darkBits, darkInk, ink } from "./theme.js";
import type { Layout, Trace } from "./trace.js";

/**
 * Text in a colour of the palette is darkened until it can be read on a white page.
 *
 * @param traces marks, whose names may stand beside them
 */
export function readableText(traces: Trace[]): Trace[] {
  return traces.map((trace) => {
    const { color } = (trace.textfont ?? {}) as { color?: unknown };
    if (trace.type !== "scatter" || !isHex(color)) return trace;
    return { ...trace, textfont: { ...(trace.textfont as object), color: onPaper(color) } };
  });
}

/** A layout whose coloured annotations can be read on a white page. */
export function readableNotes(layout: Layout): Layout {
  if (!Array.isArray(layout.annotations)) return layout;
  const annotations = layout.annotations.map((note) => {
    const { color } = (note.font ?? {}) as { color?: unknown };
    return isHex(color) ? { ...note, font: { ...note.font, color: onPaper(color) } } : note;
  });
  return { ...layout, annotations };
}

function onPaper(color: string): string {
  return readableOn(color, pages.light, least.text);
}

/** The keys under which a mark or an annotation has its colours. */
const places = ["line", "marker", "textfont", "error_y", "error_x", "font"] as const;

/**
 * The colours of a figure that a dark page needs in another shade, each with that shade. JupyterLab's renderer exchanges
 * them; it can't import this library, so that they travel in the figure.
 */
export function darkShades(marks: readonly object[]): Record<string, string> {
  const shades: Record<string, string> = {};
  for (const color of marks.flatMap(colorsOf)) {
    const shade = darkShade(color);
    if (shade !== color) shades[color] = shade;
  }
  return shades;
}

function darkShade(color: string): string {
  if (color === ink) return darkInk;
  return darkBits[color] ?? readableOn(color, pages.dark, least.text);
}

function colorsOf(mark: object): string[] {
  if ((mark as Trace).type === "heatmap") return [];
  return places.flatMap((place) => {
    const { color, line } = Object((mark as Record<string, unknown>)[place]) as {
      color?: unknown;
      line?: { color?: unknown };
    };
    return [color, line?.color].flat().filter(isHex);
  });
}
