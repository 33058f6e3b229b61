import { setUp } from "../setup/index.mjs";
import { startJupyter } from "../setup/jupyter.mjs";
import { parseArguments, wrongUsage } from "./arguments.mjs";

const usage = `usage: npm start -- [--port N] [--no-browser] [NOTEBOOK]

Sets up what is missing and opens the course in JupyterLab.

  --port N       listen there (default: the first free port from 8888 on)
  --no-browser   print the address only
  NOTEBOOK       what to open (default: 00-check-your-setup.ipynb)
`;

/** @param {string[]} args */
function parse(args) {
  const parsed = parseArguments(args, {
    usage,
    options: { port: { type: "string" }, "no-browser": { type: "boolean", default: false } },
    positionals: true,
  });
  if (!parsed) return undefined;
  const { values, positionals } = parsed;
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
    const expected = "expected an integer from 0 to 65535, as in --port 8890";
    throw wrongUsage(`invalid port: ${values.port} (${expected})`, usage);
  }
  const [named = "00-check-your-setup.ipynb", ...others] = positionals;
  if (others.length > 0) {
    const all = positionals.join(" ");
    throw wrongUsage(`invalid notebooks: ${all} (expected one, or none)`, usage);
  }
  const notebook = named.replace(/^(\.\/)?notebooks\//, ""); // as a shell completes it
  return { port, browser: !values["no-browser"], notebook };
}

/**
 * `npm start`: returns when JupyterLab has ended.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function start(args) {
  const options = parse(args);
  if (!options) return 0;
  const context = await setUp({ retry: false });
  const ending = new AbortController();
  const end = () => {
    // npm passes on a Ctrl-C that the terminal has sent to this process too.
    if (ending.signal.aborted) return;
    process.stdout.write("\nEnding JupyterLab and its kernels…\n");
    ending.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
  const server = await startJupyter(context, { ...options, signal: ending.signal });
  process.stdout.write(`\nThe course is open at\n\n    ${server.address}\n\nCtrl-C ends it.\n`);
  await server.ended;
  return 0;
}
