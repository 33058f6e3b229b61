import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream";
import { createGzip } from "node:zlib";

/** @type {Record<string, string>} */
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".ipynb": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
  ".txt": "text/plain; charset=utf-8",
  ".bin": "application/octet-stream",
};
const packed = /^(text|application\/json|image\/svg)/;

/** The headers that isolate a page from others, so that its threads may share memory. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * Serves a folder on 127.0.0.1, as a static host does: texts packed, `index.html` for a folder.
 *
 * @param {string} folder
 * @param {object} [options]
 * @param {number} [options.port] Default 0: a free one.
 * @param {boolean} [options.isolated] Whether pages are isolated by headers, as hosts do that read `_headers` (default `true`).
 * @param {(path: string, bytes: number) => void} [options.onSent] Is told of each answer's bytes on the wire.
 * @returns {Promise<{ address: string, close: () => Promise<void> }>}
 */
export async function serve(folder, { port = 0, isolated = true, onSent } = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const found = fileAt(folder, pathname);
    const name = found?.endsWith(sep) ? undefined : found;
    if (found && !name) {
      response.writeHead(301, { Location: `${pathname}/` }).end();
      return;
    }
    if (!name || !["GET", "HEAD"].includes(request.method ?? "")) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
      return;
    }
    const type = types[extname(name)] ?? "application/octet-stream";
    const zip = packed.test(type) && /\bgzip\b/.test(String(request.headers["accept-encoding"]));
    response.writeHead(200, {
      "Content-Type": type,
      "Cache-Control": "no-cache",
      ...(zip && { "Content-Encoding": "gzip" }),
      ...(isolated && isolation),
    });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    let bytes = 0;
    const count = response.write.bind(response);
    response.write = /** @type {any} */ (
      (/** @type {Buffer} */ chunk, /** @type {any[]} */ ...rest) => {
        bytes += chunk.length;
        return /** @type {any} */ (count)(chunk, ...rest);
      }
    );
    response.once("finish", () => onSent?.(pathname, bytes));
    const source = createReadStream(name);
    const done = () => {};
    if (zip) pipeline(source, createGzip(), response, done);
    else pipeline(source, response, done);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const { port: actual } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    address: `http://127.0.0.1:${actual}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The file that a path of a URL names. A folder that is asked for without its last slash is named with a separator at its end.
 *
 * @param {string} folder
 * @param {string} pathname
 */
function fileAt(folder, pathname) {
  let path;
  try {
    path = normalize(decodeURIComponent(pathname));
  } catch {
    return undefined;
  }
  if (path.includes("\0") || path.split(sep).includes("..")) return undefined;
  const file = join(folder, path);
  const facts = statSync(file, { throwIfNoEntry: false });
  if (facts?.isFile()) return file;
  if (!facts?.isDirectory()) return undefined;
  if (!pathname.endsWith("/")) return `${file}${sep}`;
  const index = join(file, "index.html");
  return statSync(index, { throwIfNoEntry: false })?.isFile() ? index : undefined;
}
