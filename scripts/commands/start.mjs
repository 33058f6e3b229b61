import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { courseFolder, provideCourse } from "../setup/course.mjs";
import { setUp } from "../setup/index.mjs";
import { startJupyter } from "../setup/jupyter.mjs";
import { parseArguments, wrongUsage } from "./arguments.mjs";

const usage = `usage: npm start -- [--port N] [--no-browser] [--originals] [NOTEBOOK]

Sets up what is missing and opens the course in JupyterLab: your own copies of the lessons, in ${courseFolder}/,
which git ignores. A lesson that you haven't changed follows its original; \`npx qatlab reset 06\` gives one back.

  --port N       listen there (default: the first free port from 8888 on)
  --no-browser   print the address only
  --originals    open the lessons themselves, to write them
  NOTEBOOK       what to open (default: 00-check-your-setup.ipynb)
`;

/** @param {string[]} args */
function parse(args) {
  const parsed = parseArguments(args, {
    usage,
    options: {
      port: { type: "string" },
      "no-browser": { type: "boolean", default: false },
      originals: { type: "boolean", default: false },
    },
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
  const name = named.replace(/^(\.\/)?(notebooks|my-course)\//, ""); // as a shell completes it
  const folder = values.originals ? "notebooks" : courseFolder;
  return { port, browser: !values["no-browser"], notebook: `${folder}/${name}` };
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
  const { newer } = provideCourse(context);
  for (const file of newer) {
    const number = file.replace("solutions/", "").slice(0, 2);
    process.stdout.write(
      `${join(courseFolder, file)} is yours; the lesson has changed since (npx qatlab reset ${number} takes the new one, and keeps yours)\n`,
    );
  }
  const ending = new AbortController();
  const end = () => {
    // npm passes on a Ctrl-C that the terminal has sent to this process too.
    if (ending.signal.aborted) return;
    process.stdout.write("\nEnding JupyterLab and its kernels…\n");
    ending.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
  const server = await startJupyter(context, {
    ...options,
    folder: context.root, // so that links to docs/ lead there
    hidden: hiddenFrom(context.root, dirname(options.notebook)),
    signal: ending.signal,
  });
  process.stdout.write(`\nThe course is open at\n\n    ${server.address}\n\nCtrl-C ends it.\n`);
  await server.ended;
  return 0;
}

/**
 * The entries of the clone that JupyterLab's list of files leaves out: all but the lessons and the documents.
 *
 * @param {string} root
 * @param {string} lessons
 */
function hiddenFrom(root, lessons) {
  const shown = [lessons.split("/")[0], "docs", "README.md"];
  return readdirSync(root).filter((name) => !name.startsWith(".") && !shown.includes(name));
}
