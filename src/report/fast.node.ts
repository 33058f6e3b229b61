/** @internal `QATLAB_FAST=1` in the environment asks for the short form. */
export const asked: boolean = process.env.QATLAB_FAST === "1";
