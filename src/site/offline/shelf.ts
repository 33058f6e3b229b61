import { type Build, buildOf, digestOf, isNamedByContent } from "./build.js";

/**
 * The files of one build that a browser keeps. Only files of this build come in: a file whose name has no digest is compared
 * with the digest that the build has of it.
 */
export class Shelf {
  readonly #build: Build;
  readonly #prefix: string;
  readonly #caches: CacheStorage;

  /** @param scope the address of the worker's folder; other sites of the same host have other shelves */
  constructor(build: Build, scope: string, caches: CacheStorage) {
    this.#build = build;
    this.#prefix = `qatlab ${new URL(scope).pathname} `;
    this.#caches = caches;
  }

  /** A file that is kept. One whose name has its digest may come from the shelf of an earlier build. */
  async find(path: string): Promise<Response | undefined> {
    const own = await (await this.#open()).match(keyOf(path));
    if (own || !isNamedByContent(path)) return own;
    for (const name of await this.#names()) {
      const found = await (await this.#caches.open(name)).match(keyOf(path));
      if (found) return found;
    }
    return undefined;
  }

  /**
   * Whether a response is the file of this build; if so, it is kept.
   *
   * @returns false if the file is another build's
   */
  async take(path: string, response: Response): Promise<boolean> {
    const bytes = await response.clone().arrayBuffer();
    if (!(await this.#isOwn(path, bytes))) return false;
    try {
      await (await this.#open()).put(keyOf(path), response.clone());
    } catch {
      // The browser's storage is full or forbidden: the next visit asks the network again.
    }
    return true;
  }

  /** Empties the shelves of builds before the last one: a page of that one may still be open. */
  async clear(): Promise<void> {
    await this.#open();
    const old = (await this.#names()).filter((name) => name !== this.#name);
    for (const name of old.slice(0, -1)) await this.#caches.delete(name);
  }

  async #isOwn(path: string, bytes: ArrayBuffer): Promise<boolean> {
    if (isNamedByContent(path)) return true;
    if (path.endsWith(".html")) return buildOf(new TextDecoder().decode(bytes)) === this.#build.id;
    return (await digestOf(bytes)) === this.#build.digests[path];
  }

  get #name(): string {
    return this.#prefix + this.#build.id;
  }

  #open(): Promise<Cache> {
    return this.#caches.open(this.#name);
  }

  /** The names of all shelves of this site, in the order in which they were made. */
  async #names(): Promise<string[]> {
    return (await this.#caches.keys()).filter((name) => name.startsWith(this.#prefix));
  }
}

/** A cache's keys are addresses; paths are unique within a shelf. */
const keyOf = (path: string): string => `https://shelf.invalid/${path}`;
