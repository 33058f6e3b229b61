import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";

/**
 * @typedef {object} Link
 * @property {string} text
 * @property {string} href
 */

/** Modules that the landing page reaches through others without using them. */
const unused = /[\\/]src[\\/](integer|import|plot|report)[\\/]|[\\/]node_modules[\\/]jsfive[\\/]/;

/**
 * Writes the landing page: `index.html`, its scripts below `assets/landing/`, and the digits that it trains on below
 * `data/`, where the library looks for them from a bundle at that depth.
 *
 * @param {object} options
 * @param {string} options.root The clone.
 * @param {string} options.output The site's folder.
 * @param {Link[]} options.links Links at the top of the page.
 * @param {Link[]} options.actions The two buttons.
 */
export async function buildLanding({ root, output, links, actions }) {
  const source = join(root, "src", "site", "landing");
  const target = join(output, "assets", "landing");
  mkdirSync(target, { recursive: true });
  mkdirSync(join(output, "data"), { recursive: true });
  const alias = { "@tensorflow/tfjs": join(source, "tensorflow.ts") };
  for (const name of ["page", "worker"]) {
    const [input, file] = [join(source, `${name}.ts`), join(target, `${name}.js`)];
    await bundle({ root, input, file, alias, unused });
  }
  copyFileSync(join(source, "style.css"), join(target, "style.css"));
  copyFileSync(join(source, "favicon.svg"), join(output, "favicon.svg"));
  copyFileSync(join(root, "docs", "recovery-still.svg"), join(target, "still.svg"));
  for (const file of ["digits.bin", "SHA256SUMS"]) {
    copyFileSync(join(root, "data", file), join(output, "data", file));
  }
  const page = readFileSync(join(source, "index.html"), "utf8")
    .replace("{{links}}", anchors(links))
    .replace("{{actions}}", anchors(actions));
  writeFileSync(join(output, "index.html"), page);
}

/** @param {Link[]} links */
function anchors(links) {
  return links.map(({ text, href }) => `<a href="${href}">${text}</a>`).join("");
}
