import type { ImportedModule } from "./modules.js";

type Values = Record<string, unknown>;

/** An ES module: names are its exports. */
export function esModule(namespace: object, specifier: string): ImportedModule {
  return {
    namespace,
    required: namespace,
    pick: (name, needed) => pick(namespace as Values, name, needed, specifier),
  };
}

/**
 * A CommonJS module, with the meaning that TypeScript's `esModuleInterop` gives to imports of it: where
 * its exports don't call themselves an ES module, they are the default export.
 */
export function commonJsModule(exports: unknown, specifier: string): ImportedModule {
  const values = Object(exports ?? {}) as Values;
  const isEs = values.__esModule === true;
  const namespace = isEs ? values : namespaceOf(exports);
  return {
    namespace,
    required: exports,
    pick: (name, needed) =>
      pick(name === "default" && !isEs ? { default: exports } : values, name, needed, specifier),
  };
}

/** What `import * as ns` of a plain CommonJS module is: its properties and itself as `default`. */
function namespaceOf(exports: unknown): object {
  const namespace: Values = {};
  if ((typeof exports === "object" && exports !== null) || typeof exports === "function") {
    for (const key of Object.keys(exports)) {
      if (key === "default") continue;
      const get = () => (exports as Values)[key];
      Object.defineProperty(namespace, key, { enumerable: true, configurable: true, get });
    }
  }
  namespace.default = exports;
  return namespace;
}

function pick(values: Values, name: string, needed: boolean, specifier: string): unknown {
  if (needed && !(name in values)) {
    throw new SyntaxError(
      `no export ${name} in "${specifier}" (it exports ${list(Object.keys(values))})`,
    );
  }
  return values[name];
}

function list(names: string[]): string {
  if (names.length === 0) return "nothing";
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
