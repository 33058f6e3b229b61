import ts from "typescript";
import { dirname, join } from "#door/kernel/paths";
import type { Disk } from "./disk.js";

/** The nearest folder at or above `folder` that holds a package.json. */
export function nearestPackage(folder: string, exists: Disk["fileExists"]): string {
  let current = folder;
  while (!exists(join(current, "package.json"))) {
    const parent = dirname(current);
    if (parent === current) return folder;
    current = parent;
  }
  return current;
}

/**
 * The options that cells in `cwd` are checked with: the nearest tsconfig.json sets strictness, JSX, paths,
 * and further libraries and types. Without that file, cells are checked as leniently as in tslab. The types and the
 * library of the place where cells run are always there, whatever the project's own code runs in.
 * The kernel itself sets how modules are written and resolved.
 */
export function cellOptions(cwd: string, disk: Disk): ts.CompilerOptions {
  const { ownFolder } = disk;
  const file = ts.findConfigFile(cwd, disk.fileExists);
  const project: ts.CompilerOptions = file
    ? readOptions(file, disk)
    : { strict: false, alwaysStrict: true };
  const typeRoots =
    project.typeRoots ?? foldersAbove(cwd).map((folder) => join(folder, "node_modules/@types"));
  return {
    ...project,
    lib: [
      ...new Set([
        disk.language,
        ...(project.lib ?? ["lib.dom.d.ts"]),
        "lib.esnext.disposable.d.ts",
      ]),
    ],
    types: [...new Set([...disk.types, ...(project.types ?? [])])],
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

function readOptions(file: string, disk: Disk): ts.CompilerOptions {
  const { config } = ts.readConfigFile(file, disk.readFile);
  const noFiles = { ...disk, useCaseSensitiveFileNames: true, readDirectory: () => [] };
  return ts.parseJsonConfigFileContent(config ?? {}, noFiles, dirname(file)).options;
}
