import { readdir } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";

/** A file that was handed in. */
export interface HandedIn {
  path: string;
  /** Its path from the folder, with slashes. */
  name: string;
  /** The folder in which it lies, below the folder that is graded; else the file's own name. */
  student: string;
}

/** The notebooks and sheets in a folder, one folder a student. Copies that Jupyter makes are left out. */
export async function handedIn(folder: string): Promise<HandedIn[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ipynb|json)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !relative(folder, path)
          .split(sep)
          .some((part) => part.startsWith(".")),
    )
    .sort()
    .map((path) => {
      const parts = relative(folder, path).split(sep);
      const student = parts.length > 1 ? parts[0]! : basename(path).replace(/\.\w+$/, "");
      return { path, name: parts.join("/"), student };
    });
}
