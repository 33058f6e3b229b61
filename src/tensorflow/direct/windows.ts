import type * as tfjs from "@tensorflow/tfjs";

/** @internal The sizes of a convolution or a pooling. */
export type Info = tfjs.backend_util.Conv2DInfo;

/** @internal How many numbers {@link windowsOf} and {@link placesOf} have for each place. */
export const perPlace = 6;

/**
 * @internal
 * The windows of one image's outputs, in the order in which the outputs lie: the first row and the row after the last,
 * the first column and the column after the last that lie within the image, and the window's top and left, which may lie
 * in the padding.
 */
export function windowsOf(info: Info): Int32Array {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  const windows = new Int32Array(outHeight * outWidth * perPlace);
  let at = 0;
  for (let row = 0; row < outHeight; row++) {
    const top = row * info.strideHeight - padInfo.top;
    for (let column = 0; column < outWidth; column++) {
      const left = column * info.strideWidth - padInfo.left;
      windows[at++] = Math.max(0, top);
      windows[at++] = Math.min(inHeight, top + filterHeight);
      windows[at++] = Math.max(0, left);
      windows[at++] = Math.min(inWidth, left + filterWidth);
      windows[at++] = top;
      windows[at++] = left;
    }
  }
  return windows;
}

/**
 * @internal
 * The outputs whose windows see each place of an image, in the order in which the places lie: the first and the last
 * row, the first and the last column, and the filter's row and column for output row and column 0, from which each next
 * one is a stride less.
 */
export function placesOf(info: Info): Int32Array {
  const { outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth } = info;
  const places = new Int32Array(info.inHeight * info.inWidth * perPlace);
  let at = 0;
  for (let row = 0; row < info.inHeight; row++) {
    const bottom = row + info.padInfo.top;
    for (let column = 0; column < info.inWidth; column++) {
      const right = column + info.padInfo.left;
      places[at++] = Math.max(0, Math.ceil((bottom - filterHeight + 1) / strideHeight));
      places[at++] = Math.min(outHeight - 1, Math.floor(bottom / strideHeight));
      places[at++] = Math.max(0, Math.ceil((right - filterWidth + 1) / strideWidth));
      places[at++] = Math.min(outWidth - 1, Math.floor(right / strideWidth));
      places[at++] = bottom;
      places[at++] = right;
    }
  }
  return places;
}

/** @internal The outputs whose windows have a row or column of the filter within the image: the first, and the one after the last. */
export function seeing(
  tap: number,
  { outputs, inputs, stride, before }: Record<"outputs" | "inputs" | "stride" | "before", number>,
): [first: number, end: number] {
  const first = Math.max(0, Math.ceil((before - tap) / stride));
  return [first, Math.max(first, Math.min(outputs, Math.ceil((inputs + before - tap) / stride)))];
}

/** @internal Rows and columns of outputs that see one tap of the filter. */
export function outputsOf(info: Info, row: number, column: number) {
  const { padInfo } = info;
  const rows = { outputs: info.outHeight, inputs: info.inHeight };
  const columns = { outputs: info.outWidth, inputs: info.inWidth };
  const [firstRow, endRow] = seeing(row, {
    ...rows,
    ...{ stride: info.strideHeight, before: padInfo.top },
  });
  const [firstColumn, endColumn] = seeing(column, {
    ...columns,
    ...{ stride: info.strideWidth, before: padInfo.left },
  });
  return { firstRow, endRow, firstColumn, endColumn };
}
