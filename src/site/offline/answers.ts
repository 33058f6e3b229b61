import { type Build, buildOf, isNamedByContent } from "./build.js";
import { isolated } from "./isolated.js";
import type { Shelf } from "./shelf.js";

/** The parts of a request on which its answer depends. */
export interface Asked {
  request: Request;
  /** The page or worker that asks; empty for a page that is opened. */
  client: string;
  /** The page that is opened by the request. */
  opens: string;
}

/** The parts of the browser that {@link Answers} needs. */
export interface World {
  /** The address of the worker's folder. */
  scope: string;
  fetch(request: Request | string, init?: RequestInit): Promise<Response>;
  /** Tells a page that the site has another build now. */
  tell(client: string): void;
}

/**
 * The service worker's answers. Pages come from the network, and from the shelf where there is none; everything else that a page
 * of this build asks for comes from the shelf, and from the network the first time. A page of another build gets nothing
 * from the shelf, so that builds never mix.
 */
export class Answers {
  readonly #build: Build;
  readonly #shelf: Shelf;
  readonly #world: World;
  /** Pages of other builds. */
  readonly #foreign = new Set<string>();

  constructor(build: Build, shelf: Shelf, world: World) {
    this.#build = build;
    this.#shelf = shelf;
    this.#world = world;
  }

  /** The answer; undefined for a request that the browser shall answer itself. */
  answer({ request, client, opens }: Asked): Promise<Response> | undefined {
    const path = this.pathOf(request.url);
    if (path === undefined || request.method !== "GET") return undefined;
    if (request.mode === "navigate") return this.#page(request, path, opens);
    if (this.#foreign.has(client)) return this.#fresh(request);
    return this.#file(request, path, client);
  }

  /** Keeps files for a visit without a network; those that can't be had now are left out. */
  async keep(addresses: readonly string[]): Promise<void> {
    const own = this.#build.keep.map((path) => new URL(path, this.#world.scope).href);
    for (const address of new Set([...addresses, ...own])) {
      const path = this.pathOf(address);
      if (path === undefined || !this.#isKnown(path)) continue;
      if (await this.#shelf.find(path)) continue;
      const { origin, pathname } = new URL(address);
      const response = await this.#world.fetch(origin + pathname).catch(() => undefined);
      if (response?.ok) await this.#shelf.take(path, response);
    }
  }

  /** A file's path from the worker's folder; undefined for a file that lies elsewhere. */
  pathOf(address: string): string | undefined {
    const { origin, pathname } = new URL(address);
    const scope = new URL(this.#world.scope);
    if (origin !== scope.origin || !pathname.startsWith(scope.pathname)) return undefined;
    const path = decodeURIComponent(pathname.slice(scope.pathname.length));
    return path === "" || path.endsWith("/") ? `${path}index.html` : path;
  }

  async #page(request: Request, path: string, opens: string): Promise<Response> {
    try {
      const response = await this.#world.fetch(request, { cache: "no-cache" });
      if (!response.ok) return isolated(response);
      const build = buildOf(await response.clone().text());
      if (build !== this.#build.id) this.#foreign.add(opens);
      else await this.#shelf.take(path, response);
      return isolated(response);
    } catch {
      const kept = await this.#shelf.find(path);
      return kept ? isolated(kept) : offlinePage();
    }
  }

  async #file(request: Request, path: string, client: string): Promise<Response> {
    const kept = await this.#shelf.find(path);
    if (kept) return isolated(kept);
    if (!this.#isKnown(path)) return this.#fresh(request);
    const response = await this.#fresh(request);
    if (!response.ok || (await this.#shelf.take(path, response))) return response;
    this.#world.tell(client);
    return refusal(`${path} is of a newer build of this site than the page: reload the page`);
  }

  async #fresh(request: Request): Promise<Response> {
    try {
      return isolated(await this.#world.fetch(request, { cache: "no-cache" }));
    } catch {
      return refusal(`${request.url} can't be reached: is there a network?`);
    }
  }

  #isKnown(path: string): boolean {
    return path.endsWith(".html") || isNamedByContent(path) || path in this.#build.digests;
  }
}

function refusal(words: string): Response {
  const headers = { "Content-Type": "text/plain; charset=utf-8" };
  return isolated(new Response(words, { status: 503, statusText: "Not available", headers }));
}

function offlinePage(): Response {
  const words =
    "There is no network, and this page wasn't opened in this browser before. Lessons that were opened before work without one.";
  const html = `<!doctype html><html lang="en"><title>No network</title><meta name="viewport" content="width=device-width"><p>${words}</p></html>`;
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  return new Response(html, { status: 503, statusText: "Not available", headers });
}
