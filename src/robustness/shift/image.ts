/** @internal An image's values, in the order height, width, channels. */
export interface Image {
  values: Float32Array;
  height: number;
  width: number;
  channels: number;
}

/** @internal An image of the same shape, each value computed from its row, column and channel. */
export function mapped(
  image: Image,
  value: (y: number, x: number, channel: number) => number,
): Image {
  const { height, width, channels } = image;
  const values = new Float32Array(image.values.length);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) values[i++] = value(y, x, c);
  }
  return { ...image, values };
}

/** @internal The value at a place between pixels, interpolated linearly; around the image everything is `outside`. */
export function sampled(image: Image, y: number, x: number, channel: number, outside: number) {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [fy, fx] = [y - top, x - left];
  const at = (y: number, x: number) => valueAt(image, y, x, channel, outside);
  const above = at(top, left) * (1 - fx) + at(top, left + 1) * fx;
  const below = at(top + 1, left) * (1 - fx) + at(top + 1, left + 1) * fx;
  return above * (1 - fy) + below * fy;
}

function valueAt(image: Image, y: number, x: number, channel: number, outside: number): number {
  const { values, height, width, channels } = image;
  if (y < 0 || y >= height || x < 0 || x >= width) return outside;
  return values[(y * width + x) * channels + channel]!;
}
