import vm from "node:vm";

/** Evaluates code whose `import()` uses Node's own loader, resolved from `filename`'s folder. */
export function evaluate(code: string, filename: string): unknown {
  const script = new vm.Script(code, {
    filename,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext();
}

/**
 * Silences Node 20's warning that this loader option is experimental, which would be the first output of a
 * reader's first import. Other warnings stay.
 */
export function silenceLoaderWarning(): void {
  const { emitWarning } = process;
  const filtered = (...args: Parameters<typeof emitWarning>): void => {
    if (String(args[0]).startsWith("vm.USE_MAIN_CONTEXT_DEFAULT_LOADER")) return;
    Reflect.apply(emitWarning, process, args);
  };
  process.emitWarning = filtered as typeof emitWarning;
}
