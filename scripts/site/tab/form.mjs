/** The library asks for it when it is loaded: the worker of a page with `full` in its address computes lessons in their full form. */
if (new URL(self.location.href).searchParams.has("full")) {
  Object.assign(globalThis, { QATLAB_FAST: false });
}
