import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { serve } from "../../scripts/site/serve.mjs";
import { launch } from "./chromium.mjs";

const root = join(import.meta.dirname, "../..");

/** The page's folder: the library in one file, at the depth from which it finds its data. */
async function makePage(/** @type {string} */ folder) {
  const lib = join(folder, "assets", "lib");
  mkdirSync(lib, { recursive: true });
  mkdirSync(join(folder, "data"));
  const bundler = await rolldown({
    input: join(root, "src/index.ts"),
    platform: "browser",
    resolve: { conditionNames: ["qatlab-source", "browser", "import", "module", "default"] },
  });
  await bundler.write({ file: join(lib, "qatlab.js"), format: "esm" });
  await bundler.close();
  copyFileSync(join(import.meta.dirname, "tab", "worker.mjs"), join(lib, "worker.js"));
  for (const name of ["digits.bin", "SHA256SUMS"]) {
    copyFileSync(join(root, "data", name), join(folder, "data", name));
  }
  writeFileSync(join(folder, "kinds.csv"), csv);
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><title>tab</title><link rel="icon" href="data:,">',
  );
}

const csv = "size,kind\n1,a\n2,b\n3,größer\n";

/** A visit of the page, whose worker does what a reader's cells do. */
async function visit(
  /** @type {import("playwright-core").Page} */ page,
  /** @type {{ again: boolean }} */ { again },
) {
  return await page.evaluate(
    ({ csv, again }) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("assets/lib/worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage({ csv: new File([csv], "kinds.csv"), again });
      }),
    { csv, again },
  );
}

/** @param {(title: string, body: () => Promise<void>) => Promise<void>} test */
export async function tab(test) {
  const folder = mkdtempSync(join(tmpdir(), "qatlab-tab-"));
  await makePage(folder);
  const server = await serve(folder, { isolated: false });
  const browser = await launch();
  try {
    await test("the library in a tab reads files, hands exports out, and goes on after a reload", async () => {
      const page = await browser.newPage();
      /** @type {string[]} */
      const said = [];
      page.on("console", (message) => said.push(`${message.text()} ${message.location().url}`));
      await page.goto(server.address);
      const first = /** @type {any} */ (await visit(page, { again: false }));
      assert.equal(first.error, undefined);
      assert.deepEqual(first.chosen, first.served);
      assert.deepEqual(first.chosen.slice(0, 2), [3, ["a", "b", "größer"]]);
      assert.equal(first.steps, 9);
      const [eager, compiled] = first.trained;
      assert.deepEqual(compiled.losses, eager.losses);
      assert.ok(new Set(eager.losses).size === 6);
      assert.deepEqual([eager.runs, compiled.runs], [6, 3], "a compiled step runs there");
      assert.deepEqual(first.solved, [0, 1]);
      const kept = JSON.parse(Buffer.from(first.progress, "base64").toString());
      assert.equal(kept.solved, "06.2");
      assert.equal(first.runs, 2);
      assert.deepEqual(first.benchmark, ["float", "quantized"]);
      assert.deepEqual(first.c.files, ["mlp.h", "mlp.c", "main.c"]);
      assert.equal(Buffer.from(first.archive, "base64").toString("latin1", 0, 4), "PK\x03\x04");
      assert.match(first.link ?? first.file, /^<a href="data:application\/octet-stream;base64,/);
      const words = [
        /QATLAB_PROGRESS=progress\.jsonl/,
        /model/,
        /Node/,
        /Node/,
        /browser/,
        /Node/,
        /status 404/,
      ];
      for (const [i, text] of words.entries()) assert.match(first.refused[i], text);

      await page.reload();
      const second = /** @type {any} */ (await visit(page, { again: true }));
      assert.equal(second.error, undefined);
      assert.deepEqual(second.solved, [1, 1]);
      assert.equal(second.steps, 0, "the checkpoint is read: the training had ended");
      assert.equal(second.accuracy, first.accuracy);
      assert.equal(second.runs, 0, "the study is read");
      assert.equal(second.rows, 2);
      const unexpected = said.filter((text) => !/missing\.csv/.test(text));
      assert.deepEqual(unexpected, []);
      await page.close();
    });
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
