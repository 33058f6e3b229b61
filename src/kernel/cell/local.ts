import { metaOf } from "#door/kernel/cell/meta";
import type { ModuleLoader } from "#door/kernel/cell/modules";
import { dirname } from "#door/kernel/cell/platform";
import { evaluate } from "#door/kernel/cell/script";
import type { LocalModule } from "../compiler/types.js";
import type { ImportedModule, ModuleMeta } from "./interop.js";
import { registerSource } from "./sources.js";

interface Loaded {
  version: string;
  exports: Record<string, unknown>;
  /** Resolves when a module that awaits has run. */
  ready?: Promise<void>;
}

type ModuleFunction = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: object },
  filename: string,
  dirname: string,
  meta: ModuleMeta,
) => void | Promise<void>;

/**
 * Evaluates local `.ts` modules. Each module is evaluated again when it or a module that it imports has
 * changed.
 */
export class LocalLoader {
  private readonly modules = new Map<string, LocalModule>();
  private readonly loaded = new Map<string, Loaded>();
  /** The modules' imports that aren't local modules; they are loaded before the modules run. */
  private readonly externals = new Map<string, Map<string, ImportedModule>>();

  constructor(
    private readonly loader: Pick<ModuleLoader, "importFrom" | "requireFrom">,
    private readonly builtins: Record<string, unknown>,
  ) {}

  update(modules: readonly LocalModule[]): void {
    for (const module of modules) this.modules.set(module.path, module);
  }

  /** The exports of the module at `path`. */
  async load(path: string): Promise<unknown> {
    const order = await this.prepare(path, new Set());
    // `require` can't wait, so where a module awaits, all run beforehand.
    if (order.some((module) => this.modules.get(module)!.awaits)) {
      for (const module of order) await this.start(module).ready;
    }
    return this.run(path);
  }

  /**
   * Loads the imports of the module and of its local modules beforehand, since their `require` can't wait.
   * Returns the local modules, each after those that it imports.
   */
  private async prepare(path: string, seen: Set<string>): Promise<string[]> {
    const module = this.modules.get(path);
    if (!module || seen.has(path)) return [];
    seen.add(path);
    const imports = this.externals.get(path) ?? new Map<string, ImportedModule>();
    this.externals.set(path, imports);
    for (const specifier of module.externals) {
      if (imports.has(specifier)) continue;
      try {
        imports.set(specifier, await this.loader.importFrom(specifier, path));
      } catch {
        // The module's own `require` throws the error, at the line of the import.
      }
    }
    const order: string[] = [];
    for (const inner of Object.values(module.locals)) {
      order.push(...(await this.prepare(inner, seen)));
    }
    return [...order, path];
  }

  private run(path: string): unknown {
    return this.start(path).exports;
  }

  private start(path: string): Loaded {
    const module = this.modules.get(path);
    if (!module) throw new Error(`cannot find ${path} (was the file removed?)`);
    const before = this.loaded.get(path);
    if (before?.version === module.version) return before;

    const parameters = "exports, require, module, __filename, __dirname, importMeta$";
    const code = `(${module.awaits ? "async " : ""}function (${parameters}) {${module.code}\n})`;
    registerSource(path, { map: module.map, source: module.source, name: path });
    const loaded: Loaded = { version: module.version, exports: {} };
    // This stands before the module runs, so that cycles of imports end.
    this.loaded.set(path, loaded);
    const holder = { exports: loaded.exports };
    const forget = (error: unknown): never => {
      this.loaded.delete(path);
      throw error;
    };
    const finish = () => {
      loaded.exports = holder.exports;
    };
    try {
      const call = evaluate(code, path) as ModuleFunction;
      const require = this.requireFrom(module);
      const running = call(holder.exports, require, holder, path, dirname(path), metaOf(path));
      if (running) loaded.ready = running.then(finish, forget);
      else finish();
    } catch (error) {
      forget(error);
    }
    return loaded;
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

/** The result of `require` that TypeScript's CommonJS code expects: an ES module has `__esModule`. */
function asRequired({ required, namespace }: ImportedModule): unknown {
  if (required !== namespace) return required;
  return Object.create(namespace, { __esModule: { value: true } }) as unknown;
}
