import vm from "node:vm";

/**
 * Evaluates code whose `import()` uses Node's own loader, resolved from `filename`'s folder.
 * The loader option is marked experimental in Node 20; its warning would be a reader's first output.
 */
export function evaluate(code: string, filename: string): unknown {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const script = new vm.Script(code, {
      filename,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    process.emitWarning = emitWarning;
    return script.runInThisContext();
  } finally {
    process.emitWarning = emitWarning;
  }
}
