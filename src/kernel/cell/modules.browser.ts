import { join } from "#door/kernel/paths";
import type { LocalModule } from "../compiler/types.js";
import { commonJsModule, esModule, type ImportedModule } from "./interop.js";
import { LocalLoader } from "./local.js";

/** Loads the imports of cells: modules that the kernel provides itself, cells that are files, and addresses. */
export class ModuleLoader {
  readonly require: NodeJS.Require;
  private readonly cwd: string;
  private readonly builtins: Record<string, unknown>;
  private readonly loaded: (exports: object) => void;
  private readonly local: LocalLoader;

  constructor(cwd: string, builtins: Record<string, unknown>, loaded: (exports: object) => void) {
    this.cwd = cwd;
    this.builtins = builtins;
    this.loaded = loaded;
    this.local = new LocalLoader(this, builtins);
    this.require = this.requireFrom(join(cwd, "[cell]"));
  }

  update(modules: readonly LocalModule[]): void {
    this.local.update(modules);
  }

  async import(specifier: string, path?: string): Promise<ImportedModule> {
    if (path !== undefined) return commonJsModule(await this.local.load(path), specifier);
    return this.importFrom(specifier, this.cwd);
  }

  async importFrom(specifier: string, _from: string): Promise<ImportedModule> {
    if (Object.hasOwn(this.builtins, specifier)) {
      return commonJsModule(this.builtins[specifier], specifier);
    }
    if (!/^(https?|data|blob):/.test(specifier)) throw this.missing(specifier);
    const namespace = (await import(/* @vite-ignore */ specifier)) as object;
    this.loaded(namespace);
    return esModule(namespace, specifier);
  }

  requireFrom(_from: string): NodeJS.Require {
    const require = (specifier: string): unknown => {
      if (Object.hasOwn(this.builtins, specifier)) return this.builtins[specifier];
      throw this.missing(specifier);
    };
    return require as NodeJS.Require;
  }

  private missing(specifier: string): Error {
    const here = Object.keys(this.builtins).join(", ");
    return new Error(
      `cannot find "${specifier}": this notebook runs in a browser tab, which has no packages and nothing of Node's ` +
        `(here are ${here}, and modules by their address, as in import("https://example.org/module.js"); ` +
        "for all others run the notebook in Node: npx qatlab start)",
    );
  }
}
