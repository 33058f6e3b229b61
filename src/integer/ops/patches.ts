import type { Geometry } from "./geometry.js";

/**
 * Lays the windows of one output row one after another, so that a convolution is a matrix product; the padding has
 * the zero point's code.
 */
export function layPatches(
  x: Int16Array,
  geometry: Geometry,
  row: number,
  zeroPoint: number,
  patches: Int16Array,
): void {
  const { height, width, channels, outWidth, kernelHeight, kernelWidth } = geometry;
  const { strideY, strideX, dilationY, dilationX, padTop, padLeft } = geometry;
  let to = 0;
  for (let column = 0; column < outWidth; column++) {
    for (let ky = 0; ky < kernelHeight; ky++) {
      const y = row * strideY - padTop + ky * dilationY;
      for (let kx = 0; kx < kernelWidth; kx++) {
        const xx = column * strideX - padLeft + kx * dilationX;
        if (y < 0 || y >= height || xx < 0 || xx >= width) {
          for (let c = 0; c < channels; c++) patches[to++] = zeroPoint;
        } else {
          let from = (y * width + xx) * channels;
          for (let c = 0; c < channels; c++) patches[to++] = x[from++]!;
        }
      }
    }
  }
}
