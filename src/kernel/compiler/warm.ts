import ts from "typescript";
import { dirname, join } from "#door/kernel/paths";
import type { Disk } from "./disk.js";
import type { CellHost } from "./host.js";
import { nearestPackage } from "./options.js";
import { registry } from "./registry.js";

/** How long a slice of the warm-up may keep a message waiting, in milliseconds. */
const slice = 10;
/** The most files that are parsed ahead, since a project may have many dependencies. */
const most = 1_200;

/**
 * Prepares the compiler for the first cells while no cell waits, in slices between messages: it parses the
 * standard library and Node's types, makes a first program, then parses the types of the packages that the
 * notebook's project names.
 */
export function warmUp(host: CellHost, service: ts.LanguageService): void {
  const steps = new WarmUp(host, service).steps();
  const work = () => {
    const end = performance.now() + slice;
    while (performance.now() < end) {
      if (steps.next().done) return;
    }
    host.disk.later(work);
  };
  host.disk.later(work);
}

class WarmUp {
  private readonly queue: string[] = [];
  private readonly seen = new Set<string>();

  constructor(
    private readonly host: CellHost,
    private readonly service: ts.LanguageService,
  ) {}

  *steps(): Iterator<void> {
    const { lib = [], types = [], typeRoots = [] } = this.host.options;
    const { disk, cwd } = this.host;
    for (const name of lib) this.add(join(disk.libFolder, name));
    for (const name of types) {
      const file = typeRoots.map((root) => join(root, name, "index.d.ts")).find(disk.fileExists);
      if (file) this.add(file);
    }
    yield* this.parseQueue();
    const program = this.service.getProgram();
    const file = program?.getSourceFile(this.host.current);
    if (file) program?.getSemanticDiagnostics(file);
    yield;
    for (const name of packageNames(cwd, disk)) {
      this.addModule(name, this.host.current);
      yield* this.parseQueue();
    }
  }

  private add(path: string): void {
    if (this.seen.has(path)) return;
    this.seen.add(path);
    this.queue.push(path);
  }

  private addModule(specifier: string, from: string): void {
    const path = this.host.resolve(specifier, from).resolvedModule?.resolvedFileName;
    if (path && /\.d\.[cm]?ts$/.test(path)) this.add(path);
  }

  /** Parses and binds one file in each step. */
  private *parseQueue(): Iterable<void> {
    for (let path = this.queue.pop(); path; path = this.queue.pop()) {
      if (this.seen.size > most) return;
      this.parse(path);
      yield;
    }
  }

  private parse(path: string): void {
    const { host } = this;
    const snapshot = host.getScriptSnapshot(path);
    if (!snapshot) return;
    // With the host, the registry derives a file's options just as a program does.
    const settings = Object.create(host, { getCompilerHost: { value: () => host } }) as CellHost;
    const version = host.getScriptVersion(path);
    const target = ts.ScriptTarget.ES2024;
    const acquire = registry.acquireDocument;
    const file = acquire(path, settings, snapshot, version, undefined, target);
    bind(file, host.options);
    for (const { fileName } of file.libReferenceDirectives) {
      this.add(join(host.disk.libFolder, `lib.${fileName}.d.ts`));
    }
    for (const { fileName } of file.referencedFiles) this.add(join(dirname(path), fileName));
    for (const statement of file.statements) {
      const specifier = specifierOf(statement);
      if (specifier) this.addModule(specifier, path);
    }
  }
}

function specifierOf(statement: ts.Statement): string | undefined {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
  const specifier = statement.moduleSpecifier;
  return specifier && ts.isStringLiteral(specifier) ? specifier.text : undefined;
}

/**
 * Binds a file, which is most of a checker's work with a new file. The function isn't part of TypeScript's
 * documented API.
 */
function bind(file: ts.SourceFile, options: ts.CompilerOptions): void {
  const { bindSourceFile } = ts as unknown as { bindSourceFile?: typeof bind };
  bindSourceFile?.(file, options);
}

/** The packages that cells are likely to import: the project's own, ours, its dependencies. */
function packageNames(cwd: string, disk: Disk): Set<string> {
  const names = new Set<string>();
  try {
    const text = disk.readFile(join(nearestPackage(cwd, disk.fileExists), "package.json"));
    const project = JSON.parse(text ?? "") as {
      name?: string;
      dependencies?: Record<string, string>;
    };
    if (project.name) names.add(project.name);
    names.add("qatlab");
    for (const name of Object.keys(project.dependencies ?? {})) names.add(name);
  } catch {
    names.add("qatlab");
  }
  names.delete("typescript");
  return names;
}
