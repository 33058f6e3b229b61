import ts from "typescript";
import { awaits } from "./analyse.js";
import type { CellHost } from "./host.js";
import type { LocalModule } from "./types.js";

/** The local `.ts` files that cells import, compiled to CommonJS functions. */
export class LocalModules {
  private readonly compiled = new Map<string, { text: string; code: string; map: string }>();
  /** The numbers of the texts that {@link LocalModules.version} has seen, for each module the latest. */
  private readonly versions = new Map<string, { text: string; version: string }>();
  private count = 0;

  constructor(private readonly host: CellHost) {}

  /** The first errors in the local modules that `file` imports, directly or not. */
  errors(file: ts.SourceFile, program: ts.Program): ts.Diagnostic[] {
    for (const module of this.reachable(file, program)) {
      const errors = [
        ...program.getSyntacticDiagnostics(module),
        ...program.getSemanticDiagnostics(module),
      ].filter(({ category }) => category === ts.DiagnosticCategory.Error);
      if (errors.length > 0) return errors;
    }
    return [];
  }

  /** The local modules that the cell `file` needs; a module comes before the modules that import it. */
  collect(
    file: ts.SourceFile,
    program: ts.Program,
  ): { locals: Map<string, string>; modules: LocalModule[] } {
    const files = this.reachable(file, program);
    const modules = files.map((module) => this.compile(module, this.version(module, program)));
    return { locals: this.imports(file), modules };
  }

  /** A number for the text of the file and of all local modules that it reaches: another text has another number. */
  private version(file: ts.SourceFile, program: ts.Program): string {
    const files = new Set([file, ...this.reachable(file, program)]);
    const text = [...files]
      .map(({ fileName, text }) => `${fileName}\n${text}`)
      .sort()
      .join("\n");
    const before = this.versions.get(file.fileName);
    if (before?.text === text) return before.version;
    const version = String(++this.count);
    this.versions.set(file.fileName, { text, version });
    return version;
  }

  private reachable(file: ts.SourceFile, program: ts.Program): ts.SourceFile[] {
    const seen = new Map<string, ts.SourceFile>();
    const visit = (from: ts.SourceFile) => {
      for (const path of this.imports(from).values()) {
        const module = program.getSourceFile(path);
        if (!module || seen.has(path)) continue;
        seen.set(path, module);
        visit(module);
      }
    };
    visit(file);
    return [...seen.values()];
  }

  /** The local TypeScript modules that a file imports, by specifier. */
  private imports(file: ts.SourceFile): Map<string, string> {
    const locals = new Map<string, string>();
    const { imports } = file as unknown as { imports?: readonly ts.StringLiteralLike[] };
    for (const literal of imports ?? []) {
      const resolved = this.host.resolve(literal.text, file.fileName).resolvedModule;
      const path = resolved?.resolvedFileName;
      if (path && isLocalSource(path) && !this.host.isCell(path)) locals.set(literal.text, path);
    }
    return locals;
  }

  private compile(file: ts.SourceFile, version: string): LocalModule {
    const { fileName: path, text } = file;
    let output = this.compiled.get(path);
    if (output?.text !== text) {
      const { outputText, sourceMapText } = ts.transpileModule(text, {
        fileName: path.replace(/\.[mc]ts$/, ".ts"), // else the extension would choose the form of the modules
        compilerOptions: {
          ...this.host.options,
          module: ts.ModuleKind.CommonJS,
          moduleResolution: ts.ModuleResolutionKind.Node10,
          moduleDetection: ts.ModuleDetectionKind.Auto,
          ignoreDeprecations: "6.0",
        },
        transformers: { before: [withMeta] },
      });
      const code = outputText.replace(/^#!.*/, "");
      output = { text, code, map: sourceMapText ?? "" };
      this.compiled.set(path, output);
    }
    const locals = this.imports(file);
    const { code, map } = output;
    const externals = requires(code).filter((specifier) => !locals.has(specifier));
    return {
      path,
      code,
      map,
      awaits: file.statements.some(awaits),
      source: text,
      version,
      locals: Object.fromEntries(locals),
      externals,
    };
  }
}

/** `import.meta` by the name under which the module's function takes it. */
const withMeta: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const visit = (node: ts.Node): ts.Node =>
    ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword
      ? ts.setTextRange(ts.factory.createIdentifier("importMeta$"), node)
      : ts.visitEachChild(node, visit, context);
  return ts.visitNode(file, visit) as ts.SourceFile;
};

function isLocalSource(path: string): boolean {
  return (
    /\.(ts|mts|cts|tsx)$/.test(path) &&
    !/\.d\.(ts|mts|cts)$/.test(path) &&
    !path.includes("/node_modules/")
  );
}

/** The specifiers that the compiled code requires; it has no imports of types any more. */
function requires(code: string): string[] {
  const calls = code.matchAll(/\brequire\("([^"\\]+)"\)/g);
  return [...new Set([...calls].map(([, specifier]) => specifier!))];
}
