import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LocalModule } from "../compiler/types.js";
import { commonJsModule, esModule, type ImportedModule } from "./interop.js";
import { LocalLoader } from "./local.js";
import { evaluate } from "./script.node.js";

type NativeImport = (specifier: string) => Promise<object>;

/**
 * Loads the imports of cells: packages and files by Node's own loader, as from the notebook's folder, local
 * `.ts` files, and modules that the kernel provides itself.
 */
export class ModuleLoader {
  readonly require: NodeJS.Require;
  private readonly local: LocalLoader;
  private readonly importers = new Map<string, NativeImport>();

  /**
   * @param builtins modules that the kernel provides itself, by specifier
   * @param loaded called with the exports of each other module that is imported
   */
  constructor(
    private readonly cwd: string,
    private readonly builtins: Record<string, unknown>,
    private readonly loaded: (exports: object) => void,
  ) {
    this.local = new LocalLoader(this, builtins);
    this.require = this.requireFrom(this.here);
  }

  /** A file name in the notebook's folder, from which modules are resolved. */
  private get here(): string {
    return join(this.cwd, "[cell]");
  }

  /** Takes the local modules of a cell that is about to run. */
  update(modules: readonly LocalModule[]): void {
    this.local.update(modules);
  }

  async import(specifier: string, path?: string): Promise<ImportedModule> {
    if (path !== undefined) return commonJsModule(await this.local.load(path), specifier);
    return this.importFrom(specifier, this.here);
  }

  /** Imports a module as the file `from` would import it. */
  async importFrom(specifier: string, from: string): Promise<ImportedModule> {
    if (Object.hasOwn(this.builtins, specifier)) {
      return commonJsModule(this.builtins[specifier], specifier);
    }
    const require = createRequire(from);
    if (/\.(json|cjs|node)$/.test(specifier)) return commonJsModule(require(specifier), specifier);
    const namespace = await this.native(specifier, from, require);
    const exports = (namespace as { default?: unknown }).default;
    const isCommon = isCommonJs(exports, require);
    this.loaded(isCommon ? (exports as object) : namespace);
    return isCommon ? commonJsModule(exports, specifier) : esModule(namespace, specifier);
  }

  private async native(specifier: string, from: string, require: NodeJS.Require): Promise<object> {
    try {
      return await this.importer(from)(specifier);
    } catch (error) {
      const code = (error as { code?: unknown } | null)?.code;
      if (code === "ERR_PACKAGE_PATH_NOT_EXPORTED" || code === "ERR_UNSUPPORTED_DIR_IMPORT") {
        return { default: require(specifier) as unknown };
      }
      if (code !== "ERR_MODULE_NOT_FOUND" || !names(error, specifier, from)) throw error;
      if (isBundled(specifier)) return this.importer(ownFile)(specifier);
      if (!isRelative(specifier)) throw missing(specifier, dirname(from), error);
      return { default: require(specifier) as unknown }; // a path without its extension, as in "./file"
    }
  }

  private importer(from: string): NativeImport {
    let importer = this.importers.get(from);
    if (!importer) {
      // The function is compiled under the name of the importing file, since Node resolves from there.
      importer = evaluate("(specifier) => import(specifier)", from) as NativeImport;
      this.importers.set(from, importer);
    }
    return importer;
  }

  /** The `require` of the file `from`, which also finds the modules that the kernel provides. */
  requireFrom(from: string): NodeJS.Require {
    const require = createRequire(from);
    const { builtins, loaded } = this;
    return new Proxy(require, {
      apply(target, self, args: [string]) {
        const [specifier] = args;
        if (Object.hasOwn(builtins, specifier)) return builtins[specifier];
        const exports = Reflect.apply(target, self, args) as unknown;
        if (typeof exports === "object" && exports !== null) loaded(exports);
        return exports;
      },
    });
  }
}

const ownFile = fileURLToPath(import.meta.url);

/**
 * Whether the package comes with the kernel, which cells use if the notebook's folder has no such package.
 */
function isBundled(specifier: string): boolean {
  return /^qatlab(\/|$)/.test(specifier);
}

function isRelative(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier);
}

/** Whether the error is about this import itself, not about an import inside the module. */
function names(error: unknown, specifier: string, from: string): boolean {
  const { message } = error as Error;
  return message.includes(`imported from ${from}`) || message.includes(`'${specifier}'`);
}

function missing(specifier: string, folder: string, cause: unknown): Error {
  const name = specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? specifier;
  return new Error(`cannot find "${specifier}" from ${folder} (run: npm install ${name})`, {
    cause,
  });
}

/** Whether a value is the exports of a CommonJS module. */
function isCommonJs(exports: unknown, require: NodeJS.Require): boolean {
  if (exports === null || (typeof exports !== "object" && typeof exports !== "function"))
    return false;
  return Object.values(require.cache).some((module) => module?.exports === exports);
}
