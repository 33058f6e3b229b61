import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Writes an SVG image to a file, or prints it to a PDF of one page of the same size. */
export async function saveFile(
  file: string,
  svg: string,
  { overwrite }: { overwrite: boolean },
): Promise<void> {
  const path = resolve(file);
  if (!overwrite && existsSync(path)) {
    throw new Error(`${file} exists (pass { overwrite: true } to replace it)`);
  }
  if (!path.endsWith(".pdf")) {
    writeFileSync(path, svg);
    return;
  }
  const browser = findBrowser();
  if (!browser) {
    throw new Error(
      `${file} needs a browser: no Chromium, Chrome or Edge was found ` +
        "(set QATLAB_CHROMIUM to one, or save .svg and convert that, e.g. with Inkscape or rsvg-convert)",
    );
  }
  await print(browser, svg, path);
}

async function print(browser: string, svg: string, path: string): Promise<void> {
  const [, width, height] = svg.match(/<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "qatlab-figure-"));
  try {
    const page = join(folder, "figure.html");
    writeFileSync(
      page,
      `<!doctype html><meta charset="utf-8"><style>@page { size: ${width}px ${height}px; margin: 0 }` +
        ` body { margin: 0 } svg { display: block }</style>${svg}`,
    );
    const flags = ["--headless", "--disable-gpu", "--no-sandbox", "--no-first-run"];
    const printing = [`--print-to-pdf=${path}`, "--no-pdf-header-footer"];
    const profile = `--user-data-dir=${join(folder, "profile")}`;
    await run(browser, [...flags, profile, ...printing, pathToFileURL(page).href], {
      timeout: 60_000,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  if (!existsSync(path)) throw new Error(`${path} was not written by ${browser}`);
}

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "chrome.exe",
  "msedge.exe",
];

const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

/** The machine's browser of the Chromium family. */
function findBrowser(): string | undefined {
  if (process.env.QATLAB_CHROMIUM) return process.env.QATLAB_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...elsewhere].find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
