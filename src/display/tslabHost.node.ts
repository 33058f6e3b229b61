import { createRequire } from "node:module";
import type { JupyterHost } from "./host.js";

/** The exports of tslab 1.0's `dist/jupyter.js` that its own `display` functions use. */
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
 * tslab doesn't say when a cell has ended. So a task for the end of the cell runs after this many
 * milliseconds. Its output arrives as an update of an existing display, so it is never lost.
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

let loaded: TslabJupyter | undefined;

function loadedTslab(): TslabJupyter | undefined {
  if (loaded) return loaded;
  // The whole process shares one cache of CommonJS modules.
  const { cache } = createRequire(import.meta.url);
  for (const path of Object.keys(cache)) {
    if (/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(path)) {
      loaded = cache[path]?.exports as TslabJupyter;
      return loaded;
    }
  }
  return undefined;
}
