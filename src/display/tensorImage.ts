import { base64 } from "./base64.js";
import { html, Markup } from "./html.js";
import { shortNumber } from "./numbers.js";
import { png } from "./png.js";

/**
 * The most pixels a side and the most tiles; of a larger tensor only the first values are shown, and a note
 * says so.
 */
const [maxSide, maxTiles] = [64, 8];

/** Stops of cividis, a sequential scale that looks the same to colour-blind readers (Nuñez et al. 2018). */
const cividis = [
  [0, 32, 77],
  [64, 77, 107],
  [124, 123, 120],
  [189, 175, 110],
  [255, 234, 70],
] as const;
const notFinite = [213, 94, 0] as const;

/**
 * The first values of a tensor as small heat maps, one pixel a value: the last two dimensions are the
 * picture, and the dimensions before them are tiles.
 */
export function tensorImage(
  values: ArrayLike<number>,
  shape: number[],
  range: { min: number; max: number },
): Markup {
  const dimensions = shape.filter((size) => size !== 1);
  const width = dimensions.at(-1) ?? 1;
  const height = dimensions.at(-2) ?? 1;
  const tiles = values.length / (width * height);
  if (values.length < 2) return new Markup("");
  const [w, h] = [Math.min(width, maxSide), Math.min(height, maxSide)];
  const scale = Math.max(1, Math.min(10, Math.floor(160 / Math.max(w, h))));
  const pictures = Array.from({ length: Math.min(tiles, maxTiles) }, (_, tile) => {
    const rgb = new Uint8Array(w * h * 3);
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const value = values[(tile * height + y) * width + x]!;
        rgb.set(colour(value, range), (y * w + x) * 3);
      }
    }
    const source = `data:image/png;base64,${base64(png(w, h, rgb))}`;
    return html`<img src="${source}" width="${w * scale}" height="${h * scale}" alt="" style="image-rendering:pixelated;margin:2px">`;
  });
  const shown = partShown({ width, height, tiles, w, h });
  return html`<div>${pictures}</div><small>dark ${shortNumber(range.min)}, bright ${shortNumber(range.max)}${shown}</small>`;
}

function colour(value: number, { min, max }: { min: number; max: number }) {
  if (!Number.isFinite(value)) return notFinite;
  const position = (max > min ? (value - min) / (max - min) : 0.5) * (cividis.length - 1);
  const stop = Math.min(Math.floor(position), cividis.length - 2);
  const fraction = position - stop;
  return cividis[stop]!.map((low, i) =>
    Math.round(low + fraction * (cividis[stop + 1]![i]! - low)),
  );
}

function partShown(size: {
  width: number;
  height: number;
  tiles: number;
  w: number;
  h: number;
}): string {
  const parts: string[] = [];
  if (size.tiles > maxTiles) parts.push(`the first ${maxTiles} of ${shortNumber(size.tiles)}`);
  if (size.w < size.width || size.h < size.height) {
    parts.push(`the first ${size.h} × ${size.w} of ${size.height} × ${size.width} values`);
  }
  return parts.length > 0 ? `; ${parts.join(", ")}` : "";
}
