import { parseArgs } from "node:util";
import { SetupError } from "../setup/error.mjs";
import { setUp } from "../setup/index.mjs";
import { startJupyter } from "../setup/jupyter.mjs";

const usage = `usage: npm start -- [--port N] [--no-browser] [NOTEBOOK]

Sets up what is missing and opens the course in JupyterLab.

  --port N       listen there (default: the first free port from 8888 on)
  --no-browser   print the address only
  NOTEBOOK       what to open (default: 00-check-your-setup.ipynb)
`;

/** @param {string[]} args */
function parse(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: "string" },
        "no-browser": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
      throw new Error(`invalid port: ${values.port} (expected an integer from 0 to 65535)`);
    }
    const [named = "00-check-your-setup.ipynb"] = positionals;
    const notebook = named.replace(/^(\.\/)?notebooks\//, ""); // as a shell completes it
    return { port, browser: !values["no-browser"], notebook, help: values.help };
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message, { hint: usage.trimEnd() });
  }
}

/**
 * `npm start`: returns when JupyterLab has ended.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function start(args) {
  const { help, ...options } = parse(args);
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  const context = await setUp({ retry: false });
  const ending = new AbortController();
  const end = () => {
    if (ending.signal.aborted) return; // npm passes on the Ctrl-C that the terminal sent already
    process.stdout.write("\nEnding JupyterLab and its kernels…\n");
    ending.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
  const server = await startJupyter(context, { ...options, signal: ending.signal });
  process.stdout.write(`\nThe course is open at\n\n    ${server.address}\n\nCtrl-C ends it.\n`);
  await server.ended;
  return 0;
}
