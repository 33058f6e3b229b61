import ts from "typescript";

/**
 * The errors of strict mode alone, by the compiler's codes: octal literals and escapes, `with`, `delete x`,
 * `arguments` and reserved words as names. JavaScript notebooks are sloppy scripts.
 */
export const strictOnly = new Set([
  1100, 1101, 1102, 1121, 1212, 1213, 1214, 1215, 1487, 1488, 1489,
]);

/** Parses a cell by itself; the name's extension says its language. */
export function parse(source: string, fileName: string): ts.SourceFile {
  return ts.createSourceFile(fileName, source, ts.ScriptTarget.ES2024, true);
}

/** The errors of the parser; those of strict mode alone are none in JavaScript. */
export function syntaxErrors(file: ts.SourceFile): ts.DiagnosticWithLocation[] {
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: ts.DiagnosticWithLocation[] };
  if (!/\.jsx?$/.test(file.fileName)) return parseDiagnostics;
  return parseDiagnostics.filter(({ code }) => !strictOnly.has(code));
}
