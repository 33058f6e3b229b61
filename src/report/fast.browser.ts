/**
 * @internal
 * A tab computes the short form, since it trains several times slower than Node. A page that sets `QATLAB_FAST = false` before
 * the library is loaded has the full one.
 */
export const asked: boolean = (globalThis as { QATLAB_FAST?: boolean }).QATLAB_FAST !== false;
