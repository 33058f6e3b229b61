import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createContext } from "../setup/context.mjs";
import { SetupError } from "../setup/error.mjs";
import { setUp } from "../setup/index.mjs";
import { parseArguments } from "./arguments.mjs";

const usage = `usage: qatlab site [--out FOLDER] [--serve] [--port N] [--execute] [--no-lite]

Builds the site: the landing page, the book, the library's reference, and the lessons that run in a tab.

  --out FOLDER   the site's folder (default: .qatlab/site)
  --serve        serve it on this machine afterwards; a site that is there is served without building it
  --port N       the port to serve on (default: 8123)
  --execute      execute the lessons anew for the book
  --no-lite      leave out the lessons that run in a tab
  --fresh        with --serve: build also a site that is there
`;

const flag = /** @type {const} */ ({ type: "boolean", default: false });
const options = {
  out: /** @type {const} */ ({ type: "string" }),
  port: /** @type {const} */ ({ type: "string", default: "8123" }),
  serve: flag,
  execute: flag,
  "no-lite": flag,
  fresh: flag,
};

/**
 * `qatlab site`: builds the site into a folder, and serves it.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function site(args) {
  const parsed = parseArguments(args, { usage, options });
  if (!parsed) return 0;
  const { values } = parsed;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new SetupError(`invalid port: ${values.port} (expected a number up to 65535)`, {
      hint: usage.trimEnd(),
    });
  }
  const context = createContext();
  if (context.kind !== "clone") {
    throw new SetupError("the site is built in a clone of qatlab: the package has no lessons");
  }
  const output = resolve(values.out ?? join(context.state, "site"));
  const isThere = existsSync(join(output, "index.html"));
  if (!(values.serve && isThere) || values.fresh) {
    await setUp({ context, retry: false });
    const { buildSite } = await import("../site/build.mjs");
    const { root } = context;
    const { execute, "no-lite": noLite } = values;
    const say = (/** @type {string} */ part) => void process.stdout.write(`… ${part}\n`);
    await buildSite({ root, output, execute, lite: !noLite, say });
    process.stdout.write(`The site is in ${output}\n`);
  }
  if (values.serve) await serveUntilInterrupt(output, port);
  return 0;
}

/**
 * @param {string} output
 * @param {number} port
 */
async function serveUntilInterrupt(output, port) {
  const { serve } = await import("../site/serve.mjs");
  const server = await serve(output, { port }).catch((error) => {
    throw new SetupError(`port ${port}: ${error.message}`, { hint: "Choose another: --port N." });
  });
  process.stdout.write(`${server.address} (Ctrl-C ends it)\n`);
  await new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
  });
  await server.close();
}
