import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createContext } from "../../scripts/setup/context.mjs";
import { cacheFolder } from "../../src/datasets/download/cacheFolder.node.js";
import { obtain } from "../../src/datasets/download/obtain.node.js";
import type { PublishedFile } from "../../src/datasets/download/published.js";

const root = await mkdtemp(join(tmpdir(), "qatlab-download-"));
const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i * 7919) >> 5));
const packed = gzipSync(content);
const hash = (algorithm: string, bytes: Uint8Array) =>
  createHash(algorithm).update(bytes).digest("hex");
const file: PublishedFile = {
  name: "values.gz",
  md5: hash("md5", packed),
  content: hash("sha256", content),
};

/** The requests that the server got, and its answers. */
let asked: { url: string; range: string | undefined }[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => {
  asked.push({ url: request.url!, range: request.headers.range });
  answer(request, response);
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const publisher = { folder: "toy", addresses: [`${address}/published/`] };
const cached = () => join(cacheFolder(), "datasets", "toy", "values.gz");
const quiet = { progress: false };

const before = { ...process.env };
let runs = 0;
beforeEach(() => {
  process.env.QATLAB_CACHE = join(root, `cache${runs++}`);
  delete process.env.QATLAB_MIRROR;
  asked = [];
  answer = whole;
});
afterAll(async () => {
  Object.assign(process.env, before);
  if (before.QATLAB_CACHE === undefined) delete process.env.QATLAB_CACHE;
  server.closeAllConnections();
  server.close();
  await rm(root, { recursive: true });
});

/** All of the file, or from where the request asks, as RFC 9110 says. */
function whole(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array = packed) {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) {
    response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  } else if (from >= bytes.length) {
    response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
  } else {
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    const rest = bytes.subarray(from);
    response.writeHead(206, { "content-length": rest.length, "content-range": range }).end(rest);
  }
}

/** Leaves what a process that has gone had of the file. */
async function leavePartial(bytes: Uint8Array) {
  const { pid } = await new Promise<{ pid: number }>((ended) => {
    const child = execFile(process.execPath, ["--version"], () => ended({ pid: child.pid! }));
  });
  await mkdir(join(cached(), ".."), { recursive: true });
  await writeFile(`${cached()}.${pid}.part`, bytes);
}

describe("a published file", () => {
  it("is downloaded once, and then taken from the cache", { tags: "slow" }, async () => {
    expect(Buffer.from(await obtain(file, publisher, quiet))).toEqual(content);
    expect(Buffer.from(await obtain(file, publisher, quiet))).toEqual(content);
    expect(asked).toEqual([{ url: "/published/values.gz", range: undefined }]);
    expect(await readdir(join(cached(), ".."))).toEqual(["values.gz"]);
  });

  it("is downloaded once for two that ask for it at the same time", async () => {
    const both = [obtain(file, publisher, quiet), obtain(file, publisher, quiet)];
    const [a, b] = await Promise.all(both);
    expect([a!.length, b!.length, asked.length]).toEqual([content.length, content.length, 1]);
  });

  it("is continued from where an earlier process stopped", { tags: "slow" }, async () => {
    await leavePartial(packed.subarray(0, 1000));
    expect(Buffer.from(await obtain(file, publisher, quiet))).toEqual(content);
    expect(asked).toEqual([{ url: "/published/values.gz", range: "bytes=1000-" }]);
    expect(await readdir(join(cached(), ".."))).toEqual(["values.gz"]);
  });

  it("isn't touched where another process is still downloading it", { tags: "slow" }, async () => {
    await mkdir(join(cached(), ".."), { recursive: true });
    const other = `${cached()}.${process.ppid}.part`;
    await writeFile(other, packed.subarray(0, 1000));
    expect(Buffer.from(await obtain(file, publisher, quiet))).toEqual(content);
    expect(asked[0]!.range).toBe(undefined);
    expect((await readFile(other)).length).toBe(1000);
  });

  it("is continued when the connection is cut", { tags: "slow" }, async () => {
    answer = (request, response) => {
      if (asked.length > 2) return whole(request, response);
      response.writeHead(request.headers.range ? 206 : 200, {
        "content-length": packed.length - (request.headers.range ? 500 : 0),
        ...(request.headers.range && { "content-range": `bytes 500-${packed.length - 1}/*` }),
      });
      const from = request.headers.range ? 500 : 0;
      response.write(packed.subarray(from, from + 500), () => {
        setTimeout(() => response.destroy(), 50);
      });
    };
    expect(Buffer.from(await obtain(file, publisher, quiet))).toEqual(content);
    expect(asked.map(({ range }) => range)).toEqual([undefined, "bytes=500-", "bytes=1000-"]);
  });

  it("is downloaded from its start by a server that knows no ranges", {
    tags: "slow",
  }, async () => {
    await leavePartial(packed.subarray(0, 1000));
    answer = (_, response) => response.writeHead(200).end(packed); // no length either
    expect(Buffer.from(await obtain(file, publisher, quiet))).toEqual(content);
  });

  it.each([
    ["of another file", Buffer.alloc(1000, 1)],
    ["that is longer than the file", Buffer.alloc(packed.length + 1, 1)],
  ])(
    "is downloaded again when the partial file is a beginning %s",
    { tags: "slow" },
    async (_, left) => {
      await leavePartial(left);
      expect(Buffer.from(await obtain(file, publisher, quiet))).toEqual(content);
      expect(asked.map(({ range }) => range)).toEqual([`bytes=${left.length}-`, undefined]);
    },
  );

  it("that arrives corrupt is never used nor kept", async () => {
    const changed = Buffer.from(packed);
    changed[2000]! ^= 1;
    answer = (request, response) => whole(request, response, changed);
    const expected = `corrupt file: ${address}/published/values.gz, ${packed.length} bytes, has no whole gzip content (expected ${file.content}; the file isn't used)`;
    await expect(obtain(file, publisher, quiet)).rejects.toThrow(expected);
    expect(await readdir(join(cached(), ".."))).toEqual([]);
  });

  it("is fetched again when the copy in the cache was cut short", { tags: "slow" }, async () => {
    await obtain(file, publisher, quiet);
    await writeFile(cached(), packed.subarray(0, 3000));
    expect(Buffer.from(await obtain(file, publisher, quiet))).toEqual(content);
    expect(asked.length).toBe(2);
    expect(await readFile(cached())).toEqual(packed);
  });

  it("is taken from the second address where the first doesn't have it", async () => {
    answer = (request, response) => {
      if (request.url!.startsWith("/second/")) whole(request, response);
      else response.writeHead(404).end();
    };
    const addresses = [`${address}/first/`, `${address}/second/`];
    const found = await obtain(file, { folder: "toy", addresses }, quiet);
    expect(found.length).toBe(content.length);
  });

  it("that can't be had says of each address why, and what to do", async () => {
    answer = (_, response) => response.writeHead(503, "Service Unavailable").end();
    const nobody = "http://127.0.0.1:9/";
    const addresses = [nobody, `${address}/published/`];
    const failed = obtain(file, { folder: "toy", addresses }, quiet);
    await expect(failed).rejects.toThrow(
      /cannot download values\.gz \(http:\/\/127\.0\.0\.1:9\/values\.gz: .+; .*values\.gz: status 503 Service Unavailable\)\. Call again: .* Or set QATLAB_MIRROR to a folder or URL with a copy, toy\/values\.gz/,
    );
  });

  it("stays in part in the cache when the server goes away, and is continued", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": packed.length });
      response.write(packed.subarray(0, 700), () => setTimeout(() => response.destroy(), 50));
      answer = (_, response) => response.writeHead(500).end();
    };
    await expect(obtain(file, publisher, quiet)).rejects.toThrow("status 500");
    answer = whole;
    await obtain(file, publisher, quiet);
    expect(asked.at(-1)!.range).toBe("bytes=700-");
  });
});

/** Runs with a host of the test's in the kernel's place. */
async function withHost(
  host: { signal?: AbortSignal; display?: unknown },
  run: () => Promise<void>,
) {
  const key = Symbol.for("Jupyter.host");
  const held = globalThis as unknown as Record<symbol, unknown>;
  const earlier = held[key];
  const nothing = () => {};
  const { signal } = new AbortController();
  held[key] = { name: "test", signal, display: nothing, clear() {}, beforeIdle() {}, ...host };
  try {
    await run();
  } finally {
    held[key] = earlier;
  }
}

describe("a download", () => {
  it("shows how much of it is done", async () => {
    const shown: string[] = [];
    const display = (bundle: Record<string, string>) => shown.push(bundle["text/plain"]!);
    await withHost({ display }, async () => {
      await obtain(file, publisher);
    });
    const kilobytes = Math.ceil(packed.length / 1000);
    expect(shown.at(-1)).toContain(`toy/values.gz, kB ${"━".repeat(24)} ${kilobytes}/${kilobytes}`);
  });

  it("keeps what it has when the reader interrupts the cell", async () => {
    const stop = new AbortController();
    answer = (_, response) => {
      response.writeHead(200, { "content-length": packed.length });
      response.write(packed.subarray(0, 900), () => {
        setTimeout(() => stop.abort(new Error("interrupted")), 50);
      });
    };
    await withHost({ signal: stop.signal }, async () => {
      await expect(obtain(file, publisher, quiet)).rejects.toThrow("interrupted");
    });
    answer = whole;
    await obtain(file, publisher, quiet);
    expect(asked.at(-1)!.range).toBe("bytes=900-");
  });
});

describe("a mirror", () => {
  const again = gzipSync(content, { level: 1 }); // the same content in another wrapping

  it("is a folder, a file: URL or a setting, and nothing is fetched or copied", async () => {
    const folder = join(root, "mirror");
    await mkdir(join(folder, "toy"), { recursive: true });
    await writeFile(join(folder, "toy", "values.gz"), again);
    const here = pathToFileURL(folder).href;
    for (const mirror of [folder, here, join(folder, "toy")]) {
      expect((await obtain(file, publisher, { mirror })).length).toBe(content.length);
    }
    process.env.QATLAB_MIRROR = folder;
    expect((await obtain(file, publisher)).length).toBe(content.length);
    expect(asked).toEqual([]);
    expect(await readdir(cacheFolder()).catch(() => "none")).toBe("none");
  });

  it("is a server, with or without a folder for the data set", async () => {
    answer = (request, response) => {
      if (request.url === "/mirror/values.gz") whole(request, response, again);
      else response.writeHead(404).end();
    };
    const found = await obtain(file, publisher, { ...quiet, mirror: `${address}/mirror/` });
    expect(found.length).toBe(content.length);
    expect(asked.map(({ url }) => url)).toEqual(["/mirror/toy/values.gz", "/mirror/values.gz"]);
  });

  it("that lacks the file, or has a corrupt one, isn't passed over in silence", async () => {
    const folder = join(root, "poor");
    await mkdir(join(folder, "toy"), { recursive: true });
    const options = { ...quiet, mirror: folder };
    const path = join(folder, "toy", "values.gz");
    await expect(obtain(file, publisher, options)).rejects.toThrow(`missing file: ${path}`);
    const other = gzipSync("something else");
    await writeFile(path, other);
    await expect(obtain(file, publisher, options)).rejects.toThrow(
      `corrupt file: ${path}, ${other.length} bytes, has SHA-256 `,
    );
    answer = (_, response) => response.writeHead(404).end();
    const web = obtain(file, publisher, { ...quiet, mirror: `${address}/mirror` });
    await expect(web).rejects.toThrow(`missing file: ${address}/mirror/toy/values.gz (the mirror`);
    process.env.QATLAB_MIRROR = join(root, "none");
    await expect(obtain(file, publisher)).rejects.toThrow("invalid QATLAB_MIRROR: ");
  });

  it("that was packed anew is refused where only the packed file's digest is known", async () => {
    const folder = join(root, "repacked");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "values.gz"), again);
    const { name, md5 } = file;
    await expect(obtain({ name, md5 }, publisher, { mirror: folder })).rejects.toThrow(
      `has MD5 ${hash("md5", again)} (expected ${md5}`,
    );
  });
});

describe("the cache", () => {
  it("is the one that the set-up uses", () => {
    expect(cacheFolder()).toBe(createContext().cache);
    delete process.env.QATLAB_CACHE;
    expect(cacheFolder()).toBe(createContext().cache);
  });
});
