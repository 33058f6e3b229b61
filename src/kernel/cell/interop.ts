/** A module as a cell's imports see it. */
export interface ImportedModule {
  /** `import * as namespace` */
  namespace: object;
  /** `import x = require()` */
  required: unknown;
  /** `import { name }`. If the name is `needed` and missing, `pick` throws a SyntaxError. */
  pick(name: string, needed: boolean): unknown;
}

/** `import.meta` of a cell or a local module. */
export interface ModuleMeta {
  url: string;
  filename: string;
  dirname: string;
  resolve(specifier: string): string;
}

type Values = Record<string, unknown>;

/** An ES module as an import sees it: names are its exports. */
export function esModule(namespace: object, specifier: string): ImportedModule {
  return {
    namespace,
    required: namespace,
    pick: (name, needed) => pick(namespace as Values, name, needed, specifier),
  };
}

/**
 * A CommonJS module as an import sees it with TypeScript's `esModuleInterop`: unless the exports have
 * `__esModule`, they are the default export.
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

/**
 * The namespace of a plain CommonJS module for `import * as ns`: the properties of its exports, and the
 * exports themselves as `default`.
 */
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
