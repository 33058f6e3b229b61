import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
];

const macBrowsers = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

/**
 * The machine's browser of the Chromium family, or `undefined`; `QATLAB_CHROMIUM` names one.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function systemChromium(env = process.env) {
  if (env.QATLAB_CHROMIUM) return env.QATLAB_CHROMIUM;
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...macBrowsers].find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * npm's `@sparticuz/chromium` (Linux x64, the browser is inside the package) in a clone.
 *
 * @param {string} root
 */
export function packagedChromium(root) {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  try {
    const file = createRequire(join(root, "package.json")).resolve("@sparticuz/chromium");
    return existsSync(file) ? "@sparticuz/chromium" : undefined;
  } catch {
    return undefined;
  }
}
