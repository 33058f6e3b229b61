import { type Image, mapped, sampled } from "./image.js";

/** @internal Gaussian blur, as SciPy's `gaussian_filter(mode="nearest")`: cut off at 4 σ, edges repeated. */
export function blurred(image: Image, sigma: number): Image {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((a, b) => a + b);
  const { height, width, channels } = image;
  const along = (from: Image, dy: number, dx: number) =>
    mapped(from, (y, x, c) => {
      let total = 0;
      weights.forEach((weight, i) => {
        const row = Math.min(height - 1, Math.max(0, y + dy * (i - radius)));
        const column = Math.min(width - 1, Math.max(0, x + dx * (i - radius)));
        total += weight * from.values[(row * width + column) * channels + c]!;
      });
      return total / sum;
    });
  return along(along(image, 1, 0), 0, 1);
}

/** @internal The image moved down by `down` pixels and to the right by `right`, as SciPy's `shift(order=1, mode="grid-constant")`. */
export function shifted(image: Image, down: number, right: number, outside: number): Image {
  return mapped(image, (y, x, c) => sampled(image, y - down, x - right, c, outside));
}

/** @internal The image turned about its middle, as SciPy's `rotate(order=1, reshape=False, mode="grid-constant")`. */
export function rotated(image: Image, degrees: number, outside: number): Image {
  const [cos, sin] = [Math.cos, Math.sin].map((of) => of((degrees * Math.PI) / 180)) as [
    number,
    number,
  ];
  const [middleY, middleX] = [(image.height - 1) / 2, (image.width - 1) / 2];
  return mapped(image, (y, x, c) => {
    const [dy, dx] = [y - middleY, x - middleX];
    return sampled(image, middleY + cos * dy + sin * dx, middleX - sin * dy + cos * dx, c, outside);
  });
}

/** @internal The image in a coarser grid of `rows` × `columns` cells, each with the mean of its area. */
export function pixelated(image: Image, rows: number, columns: number): Image {
  const { values, height, width, channels } = image;
  const cells = new Map<string, number>();
  const mean = (row: number, column: number, channel: number): number => {
    const key = `${row} ${column} ${channel}`;
    const known = cells.get(key);
    if (known !== undefined) return known;
    const [top, bottom] = [(row * height) / rows, ((row + 1) * height) / rows];
    const [left, right] = [(column * width) / columns, ((column + 1) * width) / columns];
    let sum = 0;
    for (let y = Math.floor(top); y < Math.ceil(bottom); y++) {
      const tall = Math.min(bottom, y + 1) - Math.max(top, y);
      for (let x = Math.floor(left); x < Math.ceil(right); x++) {
        const wide = Math.min(right, x + 1) - Math.max(left, x);
        sum += tall * wide * (values[(y * width + x) * channels + channel] ?? 0);
      }
    }
    const result = sum / ((bottom - top) * (right - left));
    cells.set(key, result);
    return result;
  };
  // A pixel takes the cell that its middle lies in.
  return mapped(image, (y, x, c) =>
    mean(Math.floor(((y + 0.5) * rows) / height), Math.floor(((x + 0.5) * columns) / width), c),
  );
}
