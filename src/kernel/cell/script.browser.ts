/** Evaluates code in the global scope; stacks name it by its `filename`, written as in an address. */
export function evaluate(code: string, filename: string): unknown {
  // An indirect call of `eval` sees no variables of this module.
  // biome-ignore lint/security/noGlobalEval: this runs the reader's own cells, which nothing else can in a tab.
  const evaluateGlobally = globalThis.eval;
  return evaluateGlobally(`${code}\n//# sourceURL=${encodeURI(filename)}`);
}

/** Browsers have no such warning. */
export function silenceLoaderWarning(): void {}
