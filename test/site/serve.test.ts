import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSite } from "../../scripts/site/build.mjs";
import { serve } from "../../scripts/site/serve.mjs";

const folder = mkdtempSync(join(tmpdir(), "qatlab-serve-"));
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  mkdirSync(join(folder, "site", "book"), { recursive: true });
  writeFileSync(join(folder, "site", "index.html"), "start");
  writeFileSync(join(folder, "site", "book", "index.html"), "book");
  writeFileSync(join(folder, "secret"), "secret");
  server = await serve(join(folder, "site"));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The status and the text of an answer; the path is sent as it is. */
function ask(path: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    request(`${server.address}`, { path }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, text });
    })
      .on("error", reject)
      .end();
  });
}

describe("the site's server", () => {
  it("answers with a folder's first page, isolated by headers", async () => {
    const response = await fetch(`${server.address}book/`);
    expect(await response.text()).toBe("book");
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect(response.headers.get("content-encoding")).toBe("gzip");
  });

  it("leads from a folder without its last slash to the folder", async () => {
    expect((await fetch(`${server.address}book`)).url).toBe(`${server.address}book/`);
  });

  it("gives nothing from outside of its folder", async () => {
    for (const path of ["/../secret", "/%2e%2e/secret", "/book/../../secret", "/%", "/none"]) {
      expect((await ask(path)).status, path).toBe(404);
    }
  });
});

describe("building the site", () => {
  it("refuses a folder that holds something else, before anything is made", async () => {
    const build = buildSite({ root: folder, output: join(folder, "site") });
    await expect(build).rejects.toThrow("holds files that aren't a site of qatlab's");
  });
});
