/**
 * The kernel's own references to globals that cells may replace: `JSON.stringify = …` for BigInts,
 * `globalThis.Promise = Bluebird`. This module is loaded before the first cell.
 */
export const { stringify } = JSON;
export const NativePromise = Promise;
