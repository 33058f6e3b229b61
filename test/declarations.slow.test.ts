import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import current from "typescript";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
/** The TypeScript of stock tslab, 5.0.4. */
const old: typeof current = createRequire(import.meta.url)("@tslab/typescript-for-tslab");

/** The declarations that the build makes, by their path. */
function declarations(): Map<string, string> {
  const { config } = current.readConfigFile(`${root}tsconfig.build.json`, current.sys.readFile);
  const { options, fileNames } = current.parseJsonConfigFileContent(config, current.sys, root);
  const program = current.createProgram(fileNames, { ...options, incremental: false });
  const files = new Map<string, string>();
  const keep = (path: string, text: string) => void files.set(path, text);
  program.emit(undefined, keep, undefined, true);
  return files;
}

it("declarations mean the same to the TypeScript of stock tslab, and to ours, without skipLibCheck", () => {
  const files = declarations();
  expect(files.has(`${root}dist/index.d.ts`)).toBe(true);
  for (const ts of [old, current]) {
    const options = {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      types: ["node"],
      noEmit: true,
    };
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = (path) => files.has(path) || fileExists(path);
    host.readFile = (path) => files.get(path) ?? readFile(path);
    host.getSourceFile = (path, version, ...rest) => {
      const text = files.get(path);
      return text === undefined
        ? getSourceFile(path, version, ...rest)
        : ts.createSourceFile(path, text, version);
    };
    const program = ts.createProgram([`${root}dist/index.d.ts`], options, host);
    const own = program.getSourceFiles().filter(({ fileName }) => files.has(fileName));
    expect(own.length).toBeGreaterThan(30);
    const errors = own
      .flatMap((file) => [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
      ])
      .map(
        ({ file, messageText }) =>
          `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      );
    expect(errors, `TypeScript ${ts.version}`).toEqual([]);
  }
});
