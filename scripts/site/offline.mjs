import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { filesEnding } from "./finish.mjs";
import { bundle } from "./kernel.mjs";

/** The service worker's script, in JupyterLite's folder, so that it answers for all below. */
const script = "offline.js";

/** Our part of a page's head, which another build replaces. */
const block = /<!-- qatlab -->[\s\S]*?<!-- \/qatlab -->\n?/;

/**
 * Gives JupyterLite a service worker: the second visit needs no network, a page is isolated where the host sends no headers for
 * it, and no page mixes two builds of the site. It is the last step of a build, since it takes the digests of all files.
 *
 * @param {object} options
 * @param {string} options.root The clone, built.
 * @param {string} options.output JupyterLite's folder.
 */
export async function addServiceWorker({ root, output }) {
  const build = join(root, "dist", "site", "offline", "build.js");
  const { buildMeta, isNamedByContent } = await import(pathToFileURL(build).href);
  const whole = createHash("sha256");
  /** @type {Record<string, string>} */
  const digests = {};
  for (const file of filesEnding(output, "").sort()) {
    const path = relative(output, file).replaceAll("\\", "/");
    if (path === script || !statSync(file).isFile()) continue;
    const isPage = path.endsWith(".html");
    const content = isPage
      ? Buffer.from(readFileSync(file, "utf8").replace(block, ""))
      : readFileSync(file);
    const digest = createHash("sha256").update(content).digest("hex").slice(0, 16);
    whole.update(`${path} ${digest}\n`);
    if (!isPage && !isNamedByContent(path)) digests[path] = digest;
  }
  const facts = { id: whole.digest("hex").slice(0, 16), digests, keep: keptOf(output) };
  const worker = await bundle(
    root,
    `import { startServiceWorker } from "./dist/site/offline/worker.js";
startServiceWorker(self, ${JSON.stringify(facts)});`,
  );
  writeFileSync(join(output, script), worker);
  for (const file of filesEnding(output, ".html")) {
    const html = readFileSync(file, "utf8").replace(block, "");
    if (!html.includes('id="jupyter-config-data"')) continue;
    const page = relative(output, file).replaceAll("\\", "/");
    const address = posix.join(posix.relative(posix.dirname(page), "."), script);
    const register = await bundle(
      root,
      `import { registerServiceWorker } from "./dist/site/offline/register.js";
void registerServiceWorker(${JSON.stringify(address)});`,
    );
    const head = `<!-- qatlab --><meta name="${buildMeta}" content="${facts.id}"><link rel="icon" href="favicon.ico"><script type="module">${register}</script><!-- /qatlab -->\n`;
    writeFileSync(file, html.replace("<head>", `<head>${head}`));
  }
  return facts;
}

/**
 * The files that a visit without a network needs beside those that the page has loaded: the lessons, and what workers load.
 *
 * @param {string} output
 */
function keptOf(output) {
  return filesEnding(output, "")
    .map((file) => relative(output, file).replaceAll("\\", "/"))
    .filter((path) =>
      /^(files\/|api\/|extensions\/qatlab-kernel\/static\/|extensions\/qatlab\/static\/plotly-cartesian)/.test(
        path,
      ),
    );
}
