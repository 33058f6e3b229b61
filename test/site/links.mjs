import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { filesEnding } from "../../scripts/site/finish.mjs";

/**
 * The links of a site's pages that lead nowhere: to a file that isn't there, or to a place that a page doesn't have.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function deadLinks(folder) {
  /** @type {Map<string, Set<string>>} */
  const places = new Map();
  const placesIn = (/** @type {string} */ file) => {
    const known = places.get(file);
    if (known) return known;
    const text = readFileSync(file, "utf8");
    const found = new Set(
      [...text.matchAll(/\s(?:id|name)="([^"]+)"/g)].map(([, id]) => String(id)),
    );
    places.set(file, found);
    return found;
  };
  /** @type {string[]} */
  const dead = [];
  for (const file of filesEnding(folder, ".html")) {
    const page = relative(folder, file);
    if (page.startsWith("lite")) continue;
    const html = readFileSync(file, "utf8").replace(/<script\b[\s\S]*?<\/script>/g, "");
    for (const [, address] of html.matchAll(/\s(?:href|src|data-spec)="([^"]*)"/g)) {
      const target = String(address).replaceAll("&amp;", "&");
      if (/^([a-z][a-z+.-]*:|\/\/)/i.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      let to =
        path === "" ? file : normalize(join(dirname(file), decodeURI(path.split("?")[0] ?? "")));
      if (existsSync(to) && statSync(to).isDirectory()) to = join(to, "index.html");
      if (!existsSync(to)) dead.push(`${page}: ${target}`);
      else if (anchor && to.endsWith(".html") && !placesIn(to).has(decodeURIComponent(anchor))) {
        dead.push(`${page}: ${target} (no such place)`);
      }
    }
  }
  return [...new Set(dead)];
}
