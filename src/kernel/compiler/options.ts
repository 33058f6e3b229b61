import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The folder of the package that this file belongs to: its `node_modules` has `@types/node`. */
export const ownFolder = nearestPackage(dirname(fileURLToPath(import.meta.url)));

/** The nearest folder at or above `folder` that holds a package.json. */
export function nearestPackage(folder: string): string {
  let current = folder;
  while (!existsSync(join(current, "package.json"))) {
    const parent = dirname(current);
    if (parent === current) return folder;
    current = parent;
  }
  return current;
}

/**
 * The options that cells in `cwd` are checked with: the nearest tsconfig.json sets strictness, JSX, paths,
 * and further libraries and types. Without that file, cells are checked as leniently as in tslab. Cells run
 * in Node, whatever the project's own code runs in: so Node's types and today's library are always there.
 * The kernel itself sets how modules are written and resolved.
 */
export function cellOptions(cwd: string): ts.CompilerOptions {
  const file = ts.findConfigFile(cwd, ts.sys.fileExists);
  const project: ts.CompilerOptions = file
    ? readOptions(file)
    : { strict: false, alwaysStrict: true };
  const typeRoots =
    project.typeRoots ?? foldersAbove(cwd).map((folder) => join(folder, "node_modules/@types"));
  return {
    ...project,
    lib: [
      ...new Set([language(), ...(project.lib ?? ["lib.dom.d.ts"]), "lib.esnext.disposable.d.ts"]),
    ],
    types: [...new Set(["node", ...(project.types ?? [])])],
    typeRoots: [
      ...typeRoots,
      join(ownFolder, "node_modules/@types"),
      join(dirname(ownFolder), "@types"),
    ],
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    target: ts.ScriptTarget.ES2024,
    newLine: ts.NewLineKind.LineFeed,
    allowJs: true,
    checkJs: false,
    allowImportingTsExtensions: true,
    allowUnreachableCode: true,
    allowUnusedLabels: true,
    esModuleInterop: true,
    allowSyntheticDefaultImports: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    preserveConstEnums: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noUncheckedSideEffectImports: false,
    verbatimModuleSyntax: false,
    isolatedModules: false,
    isolatedDeclarations: false,
    erasableSyntaxOnly: false,
    importHelpers: false,
    sourceMap: true,
    inlineSources: false,
    outDir: join(cwd, "[out]"),
    jsx: runnableJsx(project.jsx),
    ...off,
  };
}

/** Options of a project's own build that mean nothing for a cell. */
const off: ts.CompilerOptions = {
  noEmit: false,
  noEmitOnError: false,
  emitDeclarationOnly: false,
  composite: false,
  incremental: false,
  declaration: false,
  declarationMap: false,
  inlineSourceMap: false,
  removeComments: false,
  tsBuildInfoFile: undefined,
  rootDir: undefined,
  outFile: undefined,
  noLib: false,
  noResolve: false,
  noEmitHelpers: false,
  libReplacement: false,
};

/** JSX that stays in the code is for a later tool, and no such tool comes after a cell. */
function runnableJsx(jsx: ts.JsxEmit | undefined): ts.JsxEmit | undefined {
  const stays = jsx === ts.JsxEmit.Preserve || jsx === ts.JsxEmit.ReactNative;
  return stays ? ts.JsxEmit.ReactJSX : jsx;
}

function foldersAbove(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}

function readOptions(file: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const noFiles = { ...ts.sys, readDirectory: () => [] };
  return ts.parseJsonConfigFileContent(config ?? {}, noFiles, dirname(file)).options;
}

/** The library file of the language as the running Node supports it. */
function language(): string {
  const major = Number(process.versions.node.split(".")[0]);
  const year = major >= 24 ? 2025 : major >= 22 ? 2024 : 2023;
  return `lib.es${year}.d.ts`;
}
