/** A picture of ink, from 0 to 1, in rows. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** The first and the last row and column with ink. */
function boxOf({ width, height, values }: Ink) {
  const box = { top: height, bottom: -1, left: width, right: -1 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x]! < 0.05) continue;
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
    }
  }
  return box;
}

/**
 * A drawing in few pixels, as the examples lie in theirs: its box fills the height or the width except for a margin,
 * stands in the middle, and each pixel is the mean of its part.
 */
export function fitted(ink: Ink, height: number, width: number, margin: number): Float32Array {
  const { top, bottom, left, right } = boxOf(ink);
  const small = new Float32Array(height * width);
  if (bottom < 0) return small;
  const free = 1 - 2 * margin;
  const [boxHeight, boxWidth] = [bottom - top + 1, right - left + 1];
  const step = Math.max(boxHeight / (height * free), boxWidth / (width * free));
  const startY = (top + bottom + 1 - step * height) / 2;
  const startX = (left + right + 1 - step * width) / 2;
  const parts = 8;
  for (let i = 0; i < small.length; i++) {
    const [row, column] = [Math.floor(i / width), i % width];
    let sum = 0;
    for (let part = 0; part < parts * parts; part++) {
      const y = Math.floor(startY + (row + (Math.floor(part / parts) + 0.5) / parts) * step);
      const x = Math.floor(startX + (column + ((part % parts) + 0.5) / parts) * step);
      const isInside = y >= 0 && y < ink.height && x >= 0 && x < ink.width;
      if (isInside) sum += ink.values[y * ink.width + x]!;
    }
    small[i] = sum / (parts * parts);
  }
  return small;
}
