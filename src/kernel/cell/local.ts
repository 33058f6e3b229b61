import { dirname } from "node:path";
import type { LocalModule } from "../compiler/types.js";
import type { ImportedModule, ModuleLoader } from "./modules.js";
import { evaluate } from "./script.js";
import { registerSource } from "./sources.js";

interface Loaded {
  version: string;
  exports: Record<string, unknown>;
}

type ModuleFunction = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: object },
  filename: string,
  dirname: string,
) => void;

/** Evaluates local `.ts` modules, each once for each version of it and of what it imports. */
export class LocalLoader {
  private readonly modules = new Map<string, LocalModule>();
  private readonly loaded = new Map<string, Loaded>();
  /** What the modules import from elsewhere, loaded before they run. */
  private readonly externals = new Map<string, Map<string, ImportedModule>>();

  constructor(
    private readonly loader: ModuleLoader,
    private readonly builtins: Record<string, unknown>,
  ) {}

  update(modules: readonly LocalModule[]): void {
    for (const module of modules) this.modules.set(module.path, module);
  }

  /** The exports of the module at `path`. */
  async load(path: string): Promise<unknown> {
    await this.prepare(path, new Set());
    return this.run(path);
  }

  /** Imports what the module and its local modules need: their own `require` can't wait. */
  private async prepare(path: string, seen: Set<string>): Promise<void> {
    const module = this.modules.get(path);
    if (!module || seen.has(path)) return;
    seen.add(path);
    const known = this.externals.get(path) ?? new Map<string, ImportedModule>();
    this.externals.set(path, known);
    for (const specifier of module.externals) {
      if (known.has(specifier)) continue;
      try {
        known.set(specifier, await this.loader.importFrom(specifier, path));
      } catch {
        // The module's own require tells what is wrong, at the line that asks for it.
      }
    }
    for (const inner of Object.values(module.locals)) await this.prepare(inner, seen);
  }

  private run(path: string): unknown {
    const module = this.modules.get(path);
    if (!module) throw new Error(`cannot find ${path} (was the file removed?)`);
    const known = this.loaded.get(path);
    if (known?.version === module.version) return known.exports;

    const code = `(function (exports, require, module, __filename, __dirname) {${module.code}\n})`;
    registerSource(path, { map: module.map, source: module.source, name: path });
    const loaded: Loaded = { version: module.version, exports: {} };
    this.loaded.set(path, loaded); // Before it runs, so that cycles end.
    const holder = { exports: loaded.exports };
    try {
      const call = evaluate(code, path) as ModuleFunction;
      call(holder.exports, this.requireFrom(module), holder, path, dirname(path));
    } catch (error) {
      this.loaded.delete(path);
      throw error;
    }
    loaded.exports = holder.exports;
    return loaded.exports;
  }

  private requireFrom(module: LocalModule): NodeJS.Require {
    const require = this.loader.requireFrom(module.path);
    return new Proxy(require, {
      apply: (target, self, args: [string]) => {
        const [specifier] = args;
        const local = module.locals[specifier];
        if (local !== undefined) return this.run(local);
        if (Object.hasOwn(this.builtins, specifier)) return this.builtins[specifier];
        const external = this.externals.get(module.path)?.get(specifier);
        return external ? asRequired(external) : (Reflect.apply(target, self, args) as unknown);
      },
    });
  }
}

/** What TypeScript's CommonJS code expects of `require`: an ES module says that it is one. */
function asRequired({ required, namespace }: ImportedModule): unknown {
  if (required !== namespace) return required;
  return Object.create(namespace, { __esModule: { value: true } }) as unknown;
}
