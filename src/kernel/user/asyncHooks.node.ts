/** The part of Node's `async_wrap` binding that counts hooks and keeps the stack of contexts. */
interface AsyncWrapBinding {
  async_hook_fields: Uint32Array;
  clearAsyncIdStack(): void;
  constants: { kTotals: number; kCheck: number };
}

const binding = openBinding();

/**
 * Makes Node.js go on after V8 has terminated JavaScript between an asynchronous callback's two hooks.
 *
 * Up to Node 22 `AsyncLocalStorage` is built on async hooks. As long as any hook is enabled, Node checks
 * at the end of each callback that its stack of asynchronous contexts is empty, and aborts the
 * process when the stack isn't empty, whatever `--no-force-async-hooks-checks` says (`InternalCallbackScope::Close`
 * in `src/api/callback.cc`). A terminated callback leaves its context on that stack. So the checks are
 * switched off before each message, since enabling a hook switches them on again, and the stack is emptied
 * when an interrupt is handled.
 */
export function skipAsyncHookChecks(): void {
  if (binding === null) return;
  const { async_hook_fields, constants } = binding;
  async_hook_fields[constants.kTotals] = 0;
  async_hook_fields[constants.kCheck] = 0;
}

/** Empties the stack of asynchronous contexts that terminated callbacks have left. */
export function clearAsyncStack(): void {
  binding?.clearAsyncIdStack();
}

function openBinding(): AsyncWrapBinding | null {
  const { noDeprecation } = process;
  try {
    process.noDeprecation = true;
    return (process as any).binding("async_wrap") as AsyncWrapBinding;
  } catch {
    return null; // a Node.js without this binding has no such checks
  } finally {
    process.noDeprecation = noDeprecation;
  }
}
