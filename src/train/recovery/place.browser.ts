/** @internal The scheme of a checkpoint's place that names none: the browser's storage of this site. */
export const scheme = "indexeddb://";

/** @internal The advice where a checkpoint can't be written. */
export const advice =
  "the browser's storage for this site is full, or forbidden as in some private windows: train without a checkpoint, or allow it";
