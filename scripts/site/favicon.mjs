import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const side = 32;
const [ground, stairs] = [
  [0, 103, 166, 255],
  [255, 255, 255, 255],
];
/** The stairs of rounding, as rectangles: left, top, width, height. */
const steps = /** @type {const} */ ([
  [4, 23, 8, 4],
  [9, 17, 3, 10],
  [9, 17, 8, 4],
  [14, 11, 3, 10],
  [14, 11, 8, 4],
  [19, 5, 3, 10],
  [19, 5, 9, 4],
]);

/** The names under which JupyterLite's pages ask for icons. */
const names = ["busy-1", "busy-2", "busy-3", "file", "notebook", "terminal"];

/**
 * Puts the site's icon where JupyterLite's pages ask for theirs.
 *
 * @param {string} lite JupyterLite's folder.
 * @param {(width: number, height: number, pixels: Uint8Array) => Uint8Array} png
 */
export function writeFavicons(lite, png) {
  const folder = join(lite, "static", "favicons");
  mkdirSync(folder, { recursive: true });
  const icon = iconFile(png);
  for (const name of names) writeFileSync(join(folder, `favicon-${name}.ico`), icon);
  for (const app of ["lab", "notebooks"]) writeFileSync(join(lite, app, "favicon.ico"), icon);
  writeFileSync(join(lite, "favicon.ico"), icon);
}

/**
 * An `.ico` file with one PNG in it.
 *
 * @param {(width: number, height: number, pixels: Uint8Array) => Uint8Array} png
 */
export function iconFile(png) {
  const pixels = new Uint8Array(side * side * 4);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const isStep = steps.some(
      ([left, top, width, height]) => x >= left && x < left + width && y >= top && y < top + height,
    );
    pixels.set(isStep ? stairs : ground, 4 * i);
  }
  const image = png(side, side, pixels);
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2); // an icon
  head.writeUInt16LE(1, 4); // with one image
  head.writeUInt8(side, 6);
  head.writeUInt8(side, 7);
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(image.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, image]);
}
