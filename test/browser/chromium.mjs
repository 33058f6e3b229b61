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
  const { default: packaged } = await import("@sparticuz/chromium");
  packaged.setGraphicsMode = false;
  return chromium.launch({
    executablePath: await packaged.executablePath(),
    headless: true,
    args: [...new Set([...packaged.args, ...flags])].filter((flag) => !/^--headless/.test(flag)),
  });
}
