/** A path's last part. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A path without its last part. */
export function dirname(path: string): string {
  const end = path.lastIndexOf("/");
  if (end < 0) return ".";
  return path.slice(0, end) || "/";
}

/** Paths one after the other, without `.` and `..`. */
export function join(...paths: string[]): string {
  const joined = paths.filter((path) => path !== "").join("/");
  const parts: string[] = [];
  for (const part of joined.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".." || !joined.startsWith("/")) parts.push(part);
  }
  return `${joined.startsWith("/") ? "/" : ""}${parts.join("/")}` || ".";
}

/** The way from one absolute folder to another path. */
export function relative(from: string, to: string): string {
  const [start, end] = [from, to].map((path) => join(path).split("/").filter(Boolean));
  let shared = 0;
  while (shared < start!.length && start![shared] === end![shared]) shared++;
  return [...start!.slice(shared).map(() => ".."), ...end!.slice(shared)].join("/");
}
