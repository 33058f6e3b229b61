import type { JupyterHost } from "./host.js";
import { builtin } from "./node.js";

/** What tslab 1.0's `dist/jupyter.js` keeps for its own `display` functions. */
interface TslabJupyter {
  lastWriteDisplayData:
    | ((
        content: {
          data: Record<string, unknown>;
          metadata: Record<string, unknown>;
          transient: { display_id?: string };
        },
        update?: boolean,
      ) => void)
    | null;
}

/**
 * tslab doesn't say when a cell has ended. A task that was to run then waits for a pause of this
 * many milliseconds; what it shows arrives as an update of its own display, so it is never lost.
 */
const pause = 300;

const neverAborted = new AbortController().signal;

/**
 * Stock tslab as a host, when this process is its kernel. tslab is found among the modules that the
 * process has loaded: importing it would load a second copy that isn't connected to anything.
 */
export function tslabHost(): JupyterHost | undefined {
  const jupyter = loadedTslab();
  if (!jupyter?.lastWriteDisplayData) return undefined;
  return {
    name: "tslab",
    display(bundle, { metadata = {}, displayId, update = false } = {}) {
      const transient = displayId === undefined ? {} : { display_id: displayId };
      jupyter.lastWriteDisplayData?.({ data: bundle, metadata, transient }, update);
    },
    clear() {},
    signal: neverAborted,
    beforeIdle(task) {
      setTimeout(() => {
        Promise.resolve()
          .then(task)
          .catch((error) => console.error(error));
      }, pause);
    },
  };
}

let found: TslabJupyter | undefined;

function loadedTslab(): TslabJupyter | undefined {
  if (found) return found;
  // The cache of CommonJS modules is one for the whole process, whoever asks for it.
  const cache = builtin("node:module")?.createRequire(import.meta.url).cache ?? {};
  for (const path of Object.keys(cache)) {
    if (/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(path)) {
      found = cache[path]?.exports as TslabJupyter;
      return found;
    }
  }
  return undefined;
}
