/** Browsers have no hooks that could be out of step. */
export function skipAsyncHookChecks(): void {}

/** Browsers keep no stack of contexts. */
export function clearAsyncStack(): void {}
