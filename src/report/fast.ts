import { asked } from "#door/report/fast";

/**
 * Whether a lesson shall run in its short form, with fewer seeds and epochs: `QATLAB_FAST=1` in Node's environment asks for
 * it, and in a browser's tab it is the usual form.
 *
 * @example
 * const epochs = q.fast ? 5 : 40;
 * epochs; // 40
 */
export const fast: boolean = asked;
