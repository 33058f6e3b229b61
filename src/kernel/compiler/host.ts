import ts from "typescript";
import { join } from "#door/kernel/paths";
import { ambient } from "./ambient.js";
import type { Disk } from "./disk.js";
import { cellOptions } from "./options.js";
import type { CellLanguage } from "./types.js";

/** Counts the versions of all cells of all compilers, which share one registry of documents. */
let edits = 0;

/** Packages that come with the kernel: cells find them even if the notebook's folder doesn't have them. */
const bundled = /^(qatlab|tslab)(\/|$)/;

/**
 * The files that the LanguageService sees: the cells as modules in memory, all others on the disk. The current
 * cell always has the same file name, so that TypeScript can reuse most of the previous program.
 */
export class CellHost implements ts.LanguageServiceHost {
  readonly current: string;
  readonly options: ts.CompilerOptions;
  private readonly cells = new Map<string, { text: string; version: string }>();
  /** Local files that cells stand for, see `moduleCell.ts`. */
  private readonly files = new Map<string, { text: string; version: string }>();
  private readonly modules = new Map<string, string>();
  private readonly global = new Set<string>();
  private readonly snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  /** The versions of files on disk, looked up once for each cell. */
  private readonly versions = new Map<string, string>();
  private resolutions: ts.ModuleResolutionCache;

  constructor(
    readonly cwd: string,
    readonly language: CellLanguage,
    readonly disk: Disk,
  ) {
    this.options = cellOptions(cwd, disk);
    this.directoryExists = disk.directoryExists;
    this.getDirectories = disk.getDirectories;
    this.readDirectory = disk.readDirectory;
    this.realpath = disk.realpath;
    this.current = join(cwd, `[cell]${this.extension}`);
    this.resolutions = this.createResolutions();
    const own = join(cwd, "[kernel].d.ts");
    this.cells.set(own, { text: `${ambient}${disk.ambient}`, version: "1" });
    this.global.add(own);
    this.setCurrent("export {};");
  }

  /** Cells may hold JSX where the project's tsconfig.json has a setting for it. */
  get extension(): ".ts" | ".tsx" | ".js" | ".jsx" {
    const base = this.language === "javascript" ? ".js" : ".ts";
    return this.options.jsx === undefined ? base : `${base}x`;
  }

  /** Replaces the text of the current cell. */
  setCurrent(text: string): void {
    this.versions.clear();
    this.cells.set(this.current, { text, version: String(++edits) });
  }

  /** Keeps a compiled cell; with `global` it is part of every later program (`declare global`). */
  addCell(specifier: string, text: string, { global }: { global: boolean }): void {
    const file = join(this.cwd, `${specifier}${this.extension}`);
    this.cells.set(file, { text, version: String(++edits) });
    this.modules.set(specifier, file);
    if (global) this.global.add(file);
  }

  /** Makes a cell's text the local file `path`. */
  addFile(path: string, text: string): void {
    this.files.set(path, { text, version: String(++edits) });
    this.forgetResolutions();
  }

  /** Keeps only the cells in `specifiers` and those that they refer to, directly or through another cell. */
  keepOnly(specifiers: Set<string>): void {
    const kept = new Set<string>([this.current, ...this.global]);
    const visit = (specifier: string) => {
      const file = this.modules.get(specifier);
      if (!file || kept.has(file)) return;
      kept.add(file);
      for (const [, inner] of this.cells.get(file)!.text.matchAll(/"(\[cell [^"]*\])"/g)) {
        visit(inner!);
      }
    };
    for (const specifier of specifiers) visit(specifier);
    for (const [specifier, file] of this.modules) {
      if (kept.has(file)) continue;
      this.modules.delete(specifier);
      this.cells.delete(file);
      this.snapshots.delete(file);
    }
  }

  /** Forgets which modules were not found: a package may have been installed since. */
  forgetResolutions(): void {
    this.resolutions = this.createResolutions();
  }

  private createResolutions(): ts.ModuleResolutionCache {
    return ts.createModuleResolutionCache(this.cwd, (name) => name, this.options);
  }

  isCell(file: string): boolean {
    return this.cells.has(file);
  }

  getCompilationSettings(): ts.CompilerOptions {
    return this.options;
  }

  getScriptFileNames(): string[] {
    return [this.current, ...this.global];
  }

  getScriptVersion(file: string): string {
    const cell = this.cells.get(file) ?? this.files.get(file);
    if (cell) return cell.version;
    if (this.isInstalled(file)) return "1";
    let version = this.versions.get(file);
    if (version === undefined) {
      version = this.disk.version(file);
      this.versions.set(file, version);
    }
    return version;
  }

  /** TypeScript asks for every file of the program each time, so the files' texts are kept. */
  getScriptSnapshot(file: string): ts.IScriptSnapshot | undefined {
    const version = this.getScriptVersion(file);
    const earlier = this.snapshots.get(file);
    if (earlier?.version === version) return earlier.snapshot;
    const text = this.readFile(file);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.snapshots.set(file, { version, snapshot });
    return snapshot;
  }

  /** Lets programs share the parsed package.json files. */
  getModuleResolutionCache(): ts.ModuleResolutionCache {
    return this.resolutions;
  }

  resolveModuleNameLiterals(
    literals: readonly ts.StringLiteralLike[],
    containingFile: string,
    redirected: ts.ResolvedProjectReference | undefined,
    options: ts.CompilerOptions,
    sourceFile: ts.SourceFile,
  ): ts.ResolvedModuleWithFailedLookupLocations[] {
    return literals.map((literal) => {
      const mode = ts.getModeForUsageLocation(sourceFile, literal, options);
      return this.resolve(literal.text, containingFile, mode, redirected);
    });
  }

  /** The module that `specifier` means in `containingFile`. */
  resolve(
    specifier: string,
    containingFile: string,
    mode?: ts.ResolutionMode,
    redirected?: ts.ResolvedProjectReference,
  ): ts.ResolvedModuleWithFailedLookupLocations {
    const cell = this.modules.get(specifier);
    if (cell) return { resolvedModule: { resolvedFileName: cell, extension: this.extension } };
    const from = (file: string) =>
      ts.resolveModuleName(specifier, file, this.options, this, this.resolutions, redirected, mode);
    const resolved = from(containingFile);
    if (resolved.resolvedModule || !bundled.test(specifier)) return resolved;
    return from(join(this.disk.ownFolder, "package.json"));
  }

  getCurrentDirectory(): string {
    return this.cwd;
  }

  getDefaultLibFileName(options: ts.CompilerOptions): string {
    return join(this.disk.libFolder, ts.getDefaultLibFileName(options));
  }

  fileExists(file: string): boolean {
    return this.cells.has(file) || this.files.has(file) || this.disk.fileExists(file);
  }

  readFile(file: string): string | undefined {
    const cell = this.cells.get(file) ?? this.files.get(file);
    return cell ? cell.text : this.disk.readFile(file);
  }

  readonly directoryExists: Disk["directoryExists"];
  readonly getDirectories: Disk["getDirectories"];
  readonly readDirectory: Disk["readDirectory"];
  readonly realpath: Disk["realpath"];
  readonly useCaseSensitiveFileNames = (): boolean => true;

  /** Whether a file doesn't change while the kernel runs. */
  private isInstalled(file: string): boolean {
    return file.includes("/node_modules/") || file.startsWith(this.disk.libFolder);
  }
}
