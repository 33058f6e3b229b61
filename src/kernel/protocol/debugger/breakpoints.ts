import type { Inspector } from "./inspector.js";
import type { Sources } from "./sources.js";

/** The breakpoints that the front end wants, by path and line, and those that are set in V8. */
export class Breakpoints {
  readonly #sources: Sources;
  readonly #wanted = new Map<string, number[]>();
  #set = new Map<string, string[]>();
  #inspector: Inspector | null = null;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Takes an inspector's session, in which no breakpoint is set, or null when the debugger ends. */
  async use(inspector: Inspector | null): Promise<void> {
    this.#inspector = inspector;
    this.#set = new Map();
    for (const path of this.#wanted.keys()) await this.apply(path);
  }

  /** The lines with breakpoints of each path. */
  get list(): { source: string; lines: number[] }[] {
    return [...this.#wanted].map(([source, lines]) => ({ source, lines }));
  }

  /** @param lines counted from 1 */
  async want(path: string, lines: number[]): Promise<number[]> {
    if (lines.length > 0) this.#wanted.set(path, lines);
    else this.#wanted.delete(path);
    return this.apply(path);
  }

  clear(): void {
    this.#wanted.clear();
  }

  /**
   * Sets the breakpoints in the newest code of a path, whether or not V8 has that code already.
   *
   * @returns the lines at which code stands
   */
  async apply(path: string): Promise<number[]> {
    const inspector = this.#inspector;
    const lines = this.#wanted.get(path) ?? [];
    const source = this.#sources.newest(path);
    if (inspector === null) return lines;
    for (const breakpointId of this.#set.get(path) ?? []) {
      await inspector.post("Debugger.removeBreakpoint", { breakpointId });
    }
    this.#set.delete(path);
    if (source === undefined) return lines;
    const ids: string[] = [];
    const found: number[] = [];
    for (const wanted of lines) {
      const place = source.lines.codePlace(wanted - 1);
      found.push(place === undefined ? wanted : place.sourceLine + 1);
      if (place === undefined) continue;
      const { line: lineNumber, column: columnNumber } = place;
      const urlRegex = urlPattern(source.filename);
      const at = { lineNumber, columnNumber, urlRegex };
      const set = inspector.post<{ breakpointId: string }>("Debugger.setBreakpointByUrl", at);
      // Two lines may lead to one place, which V8 refuses the second time.
      await set.then(
        ({ breakpointId }) => ids.push(breakpointId),
        () => {},
      );
    }
    this.#set.set(path, ids);
    return found;
  }
}

/** Matches the URL that Node.js makes of a file name: it writes some characters as they are, and others encoded. */
function urlPattern(filename: string): string {
  const characters = [...filename].map((character) => {
    if (/[\w/]/.test(character)) return character;
    const plain = character.replace(/[\\^$.*+?()[\]{}|-]/, "\\$&");
    return `(?:${plain}|${encodeURIComponent(character).replace(/[.*()]/g, "\\$&")})`;
  });
  return `^(?:file://)?${characters.join("")}$`;
}
