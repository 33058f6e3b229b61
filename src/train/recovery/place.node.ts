/** @internal The scheme of a checkpoint's place that names none: folders. */
export const scheme = "file://";

/** @internal The advice where a checkpoint can't be written. */
export const advice = "give it a folder that may be written to and has space";
