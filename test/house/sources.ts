import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** An import of one file of `src/` by another; both paths start at `src/`, and end in `.ts`. */
export interface Import {
  from: string;
  to: string;
}

/** The TypeScript files of `src/`, by their paths from the repository's root, and their texts. */
export function sources(): Map<string, string> {
  const paths = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `src/${path}`);
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** The folder of `src/` in which a file stands; none for `src/index.ts`, which is above the rooms. */
export function roomOf(path: string): string | undefined {
  const parts = path.split("/");
  return parts.length > 2 ? parts[1] : undefined;
}

/** All imports and re-exports between files of `src/`, static and dynamic. */
export function importsOf(files: ReadonlyMap<string, string>): Import[] {
  return [...files].flatMap(([from, text]) =>
    [...text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*"(\.[^"]+)\.js"/gm)].map(([, path]) => ({
      from,
      to: `${normalize(join(dirname(from), path!))}.ts`,
    })),
  );
}
