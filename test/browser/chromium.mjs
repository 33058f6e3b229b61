import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { systemChromium } from "../../scripts/setup/chromium.mjs";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The machine's browser, or else the one in npm's `@sparticuz/chromium`, headless. */
export async function launch() {
  const installed = systemChromium();
  if (installed) return chromium.launch({ executablePath: installed, headless: true, args: flags });
  return await launchPackaged();
}

/**
 * The package unpacks itself into the temporary folder, and takes files with its names there for its own, even
 * if they are another user's copy, or half of a copy. So it gets a folder to itself.
 */
async function launchPackaged() {
  const folder = mkdtempSync(join(tmpdir(), "qatlab-chromium-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  try {
    const { default: packaged } = await import("@sparticuz/chromium");
    packaged.setGraphicsMode = false;
    return await chromium.launch({
      executablePath: await packaged.executablePath(),
      headless: true,
      // In a single process the whole browser ends with the first page that is closed.
      args: [...new Set([...packaged.args, ...flags])].filter(
        (flag) => !/^--(headless|single-process|in-process-gpu)/.test(flag),
      ),
    });
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}
