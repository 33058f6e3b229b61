import { describe, expect, it } from "vitest";
import { Answers } from "../../src/site/offline/answers.js";
import { type Build, buildMeta, digestOf } from "../../src/site/offline/build.js";
import { Shelf } from "../../src/site/offline/shelf.js";

const scope = "https://host/sub/lite/";
const pagePath = "notebooks/index.html";
const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;

/** The browser's caches, in memory; `full` refuses to keep anything. */
function cachesInMemory({ full = false } = {}): CacheStorage {
  const all = new Map<string, Map<string, Response>>();
  const cache = (entries: Map<string, Response>) => ({
    match: async (key: string) => entries.get(key)?.clone(),
    async put(key: string, response: Response) {
      if (full) throw new DOMException("full", "QuotaExceededError");
      entries.set(key, response);
    },
  });
  return {
    async open(name: string) {
      if (!all.has(name)) all.set(name, new Map());
      return cache(all.get(name)!);
    },
    keys: async () => [...all.keys()],
    delete: async (name: string) => all.delete(name),
  } as unknown as CacheStorage;
}

/** The files of a build at a host. */
const filesOf = (id: string): Record<string, string> => ({
  [pagePath]: `<head><meta name="${buildMeta}" content="${id}"></head>`,
  "config.js": `config of ${id}`,
  "files/06.ipynb": "the same lesson",
  [`kernel/runner.${id === "a" ? "0123456789" : "abcdef0123"}.js`]: `runner of ${id}`,
});

async function buildOf(id: string): Promise<Build> {
  const digests: Record<string, string> = {};
  for (const path of ["config.js", "files/06.ipynb"]) {
    digests[path] = await digestOf(bytes(filesOf(id)[path]!));
  }
  return { id, digests, keep: ["files/06.ipynb"] };
}

/** A host without headers of its own, and the workers of its builds. */
async function site(first = "a", options: { full?: boolean } = {}) {
  const caches = cachesInMemory(options);
  const state = { files: filesOf(first), online: true, asked: [] as string[] };
  const told: string[] = [];
  async function fetch(request: Request | string): Promise<Response> {
    if (!state.online) throw new TypeError("Failed to fetch");
    const { pathname } = new URL(typeof request === "string" ? request : request.url);
    const path = pathname.replace(/^\/sub\/lite\//, "");
    state.asked.push(path);
    const text = state.files[path];
    return text === undefined ? new Response("none", { status: 404 }) : new Response(text);
  }
  async function worker(id: string) {
    const shelf = new Shelf(await buildOf(id), scope, caches);
    const tell = (client: string) => void told.push(client);
    const answers = new Answers(await buildOf(id), shelf, { scope, fetch, tell });
    const get = (path: string, client: string) =>
      answers.answer({ request: new Request(scope + path), client, opens: "" })!;
    const open = (client: string) => {
      const request = { url: `${scope}${pagePath}?path=06.ipynb`, method: "GET", mode: "navigate" };
      return answers.answer({ request: request as Request, client: "", opens: client })!;
    };
    return { answers, shelf, get, open };
  }
  return { state, told, caches, worker };
}

describe("the site's service worker", () => {
  it("isolates pages and scripts, and gives a second visit without a network", async () => {
    const { state, worker } = await site();
    const first = await worker("a");
    expect((await first.open("1")).headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
    const script = await first.get("kernel/runner.0123456789.js", "1");
    expect(script.headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
    await first.get("config.js", "1");
    await first.answers.keep([]);
    state.online = false;
    const later = await worker("a");
    expect((await later.open("2")).status).toBe(200);
    for (const path of ["config.js", "files/06.ipynb", "kernel/runner.0123456789.js"]) {
      expect(await (await later.get(path, "2")).text(), path).toBe(filesOf("a")[path]);
    }
    expect((await later.get("missing.json", "2")).status).toBe(503);
  });

  it("asks the network for a file once, and for a page each time", async () => {
    const { state, worker } = await site();
    const { open, get } = await worker("a");
    for (const client of ["1", "2"]) {
      await open(client);
      await get("config.js", client);
    }
    expect(state.asked).toEqual([pagePath, "config.js", pagePath]);
  });

  it("gives a page of a newer build nothing that it kept of its own", async () => {
    const { state, worker } = await site();
    const old = await worker("a");
    await old.open("1");
    await old.get("config.js", "1");
    state.files = filesOf("b");
    await old.open("2");
    expect(await (await old.get("config.js", "2")).text()).toBe("config of b");
    // The page that is still open keeps its own.
    expect(await (await old.get("config.js", "1")).text()).toBe("config of a");
  });

  it("refuses an open page files of a newer build, and says so to the page", async () => {
    const { state, told, worker } = await site();
    const old = await worker("a");
    await old.open("1");
    state.files = filesOf("b");
    const response = await old.get("config.js", "1");
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("reload the page");
    expect(told).toEqual(["1"]);
    // A file that is the same in both builds is the page's own.
    expect((await old.get("files/06.ipynb", "1")).status).toBe(200);
  });

  it("keeps the files of the build before for pages that are still open, and no others", async () => {
    const { state, caches, worker } = await site();
    const script = "kernel/runner.0123456789.js";
    await (await worker("a")).get(script, "1");
    state.files = filesOf("b");
    const next = await worker("b");
    await next.shelf.clear();
    expect(await (await next.get(script, "1")).text()).toBe("runner of a");
    for (const id of ["c", "d"]) await (await worker(id)).shelf.clear();
    expect(await caches.keys()).toEqual(["qatlab /sub/lite/ c", "qatlab /sub/lite/ d"]);
  });

  it("works where storage is full, and leaves other sites' requests alone", async () => {
    const { worker } = await site("a", { full: true });
    const { open, get, answers } = await worker("a");
    expect((await open("1")).status).toBe(200);
    expect(await (await get("config.js", "1")).text()).toBe("config of a");
    for (const address of ["https://host/other/", "https://elsewhere/sub/lite/config.js"]) {
      const request = new Request(address);
      expect(answers.answer({ request, client: "1", opens: "" })).toBeUndefined();
    }
  });

  it("says in words that a page can't be opened without a network", async () => {
    const { state, worker } = await site();
    state.online = false;
    const response = await (await worker("a")).open("1");
    expect(await response.text()).toContain("There is no network");
  });
});
