import type * as tfjs from "@tensorflow/tfjs";

/** @internal The sizes of a convolution or a pooling. */
export type Info = tfjs.backend_util.Conv2DInfo;

/** @internal The rows and columns of an image that one output sees, of a window whose corner may lie in the padding. */
export interface Window {
  image: number;
  top: number;
  left: number;
  firstRow: number;
  endRow: number;
  firstColumn: number;
  endColumn: number;
}

/** @internal Visits the windows of the outputs in the order in which the outputs lie; `at` is the first channel's place. */
export function eachWindow(info: Info, visit: (window: Window, at: number) => void): void {
  const { inHeight, inWidth, strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = info;
  const nowhere = { firstRow: 0, endRow: 0, firstColumn: 0, endColumn: 0 };
  const window: Window = { image: 0, top: 0, left: 0, ...nowhere };
  let at = 0;
  for (window.image = 0; window.image < info.batchSize; window.image++) {
    for (let row = 0; row < info.outHeight; row++) {
      window.top = row * strideHeight - padInfo.top;
      window.firstRow = Math.max(0, window.top);
      window.endRow = Math.min(inHeight, window.top + filterHeight);
      for (let column = 0; column < info.outWidth; column++, at += info.outChannels) {
        window.left = column * strideWidth - padInfo.left;
        window.firstColumn = Math.max(0, window.left);
        window.endColumn = Math.min(inWidth, window.left + filterWidth);
        visit(window, at);
      }
    }
  }
}

/** @internal The outputs whose windows see one place of an image: output row y sees it by row `bottom - y * stride` of its filter. */
export interface Seen {
  image: number;
  bottom: number;
  right: number;
  firstRow: number;
  lastRow: number;
  firstColumn: number;
  lastColumn: number;
}

/** @internal Visits the places of the images in the order in which they lie; `at` is the first channel's place. */
export function eachPlace(info: Info, visit: (seen: Seen, at: number) => void): void {
  const { outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth, padInfo } =
    info;
  const nowhere = { firstRow: 0, lastRow: 0, firstColumn: 0, lastColumn: 0 };
  const seen: Seen = { image: 0, bottom: 0, right: 0, ...nowhere };
  let at = 0;
  for (seen.image = 0; seen.image < info.batchSize; seen.image++) {
    for (let row = 0; row < info.inHeight; row++) {
      seen.bottom = row + padInfo.top;
      seen.firstRow = Math.max(0, Math.ceil((seen.bottom - filterHeight + 1) / strideHeight));
      seen.lastRow = Math.min(outHeight - 1, Math.floor(seen.bottom / strideHeight));
      for (let column = 0; column < info.inWidth; column++, at += info.inChannels) {
        seen.right = column + padInfo.left;
        seen.firstColumn = Math.max(0, Math.ceil((seen.right - filterWidth + 1) / strideWidth));
        seen.lastColumn = Math.min(outWidth - 1, Math.floor(seen.right / strideWidth));
        visit(seen, at);
      }
    }
  }
}
