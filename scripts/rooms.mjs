/**
 * Draws the rooms of src/ and the imports between them into ARCHITECTURE.md: `npm run rooms`, or, with
 * `--check`, says whether the picture there is up to date.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = join(root, "ARCHITECTURE.md");
const [begin, end] = ["<!-- rooms: made by npm run rooms -->", "<!-- /rooms -->"];

/**
 * Which rooms import which, type imports included.
 *
 * @returns {Map<string, Set<string>>} By the importing room.
 */
export function imports() {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && path.includes("/"))
    .sort();
  /** @type {Map<string, Set<string>>} */
  const rooms = new Map();
  for (const file of files) {
    const room = /** @type {string} */ (file.split("/")[0]);
    const used = rooms.get(room) ?? new Set();
    rooms.set(room, used);
    const text = readFileSync(join(root, "src", file), "utf8");
    for (const [, path] of text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*"(\.[^"]+)\.js"/gm)) {
      const [other, inner] = posix.join(dirname(file), /** @type {string} */ (path)).split("/");
      if (inner && other && other !== room && other !== "..") used.add(other);
    }
  }
  return rooms;
}

/**
 * Leaves out imports that a longer path of imports implies, so that the picture stays readable.
 *
 * @param {ReadonlyMap<string, ReadonlySet<string>>} rooms Without circles.
 * @returns {[from: string, to: string][]}
 */
export function arrows(rooms) {
  /** @type {Map<string, Set<string>>} */
  const reached = new Map();
  const reach = (/** @type {string} */ room) => {
    const before = reached.get(room);
    if (before) return before;
    const all = new Set();
    for (const next of rooms.get(room) ?? []) {
      all.add(next);
      for (const far of reach(next)) all.add(far);
    }
    reached.set(room, all);
    return all;
  };
  return [...rooms].flatMap(([room, used]) =>
    [...used]
      .filter((to) => ![...used].some((other) => other !== to && reach(other).has(to)))
      .sort()
      .map((to) => /** @type {[string, string]} */ ([room, to])),
  );
}

/** The picture, as GitHub and JupyterLab draw it. */
export function picture() {
  const lines = arrows(imports()).map(([from, to]) => `  ${from} --> ${to}`);
  return ["```mermaid", "flowchart TD", ...lines, "```"].join("\n");
}

/**
 * The page with an up-to-date picture.
 *
 * @param {string} text
 */
export function withPicture(text) {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`ARCHITECTURE.md has no ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n${picture()}\n${text.slice(to)}`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const before = readFileSync(page, "utf8");
  const after = withPicture(before);
  if (!argv.includes("--check")) writeFileSync(page, after);
  else if (after !== before) {
    console.error("the picture in ARCHITECTURE.md is an old one: npm run rooms");
    exit(1);
  }
}
