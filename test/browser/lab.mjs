import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext } from "../../scripts/setup/context.mjs";
import { startJupyter } from "../../scripts/setup/jupyter.mjs";
import { launch } from "./chromium.mjs";

/** Messages of the page that say nothing about our figures. */
const harmless = [/favicon/i, /Failed to load resource: net::ERR_INTERNET_DISCONNECTED/];

/**
 * JupyterLab as `npm start` starts it, on a copy of the notebooks with settings of its own, and a
 * headless browser.
 */
export async function openLab() {
  const context = createContext();
  const folder = mkdtempSync(join(tmpdir(), "qatlab-browser-"));
  const notebooks = join(folder, "notebooks");
  cpSync(join(context.root, "notebooks"), notebooks, { recursive: true });
  symlinkSync(join(context.root, "node_modules"), join(folder, "node_modules"));
  const state = join(folder, "state");
  const browser = await launch(); // first: when there is none, no server is left behind
  const server = await startJupyter({ ...context, state }, { folder: notebooks, port: 0 });
  const { origin } = new URL(server.address);

  /**
   * @param {string} notebook
   * @param {{ width?: number, theme?: "JupyterLab Light" | "JupyterLab Dark" }} [options]
   */
  async function open(notebook, { width = 1100 } = {}) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    /** @type {string[]} */
    const errors = [];
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    const workspace = notebook.replace(/\W/g, "");
    await page.goto(
      `${origin}/lab/workspaces/${workspace}/tree/${notebook}?token=${server.token}&reset`,
    );
    await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
    await page.locator('.jp-Toolbar-kernelName:not(:has-text("No Kernel"))').waitFor();
    const idle = '.jp-Notebook-ExecutionIndicator[data-status="idle"]';
    await page.locator(idle).waitFor({ state: "attached", timeout: 60_000 });
    return { page, errors: () => errors.filter((text) => !harmless.some((ok) => ok.test(text))) };
  }

  /** The content of the open notebooks, for the report of a failed test. */
  async function describe() {
    const pages = browser.contexts().flatMap((context) => context.pages());
    const texts = pages.map((page) =>
      page.evaluate(() => {
        const outputs = [...document.querySelectorAll(".jp-OutputArea-output, .jp-InputPrompt")];
        const status = document.querySelector(".jp-Notebook-ExecutionIndicator");
        const text = outputs.map((node) => node.textContent?.slice(0, 500)).join("\n");
        return `kernel: ${status?.getAttribute("data-status")}\n${text}`;
      }),
    );
    return (await Promise.all(texts)).join("\n");
  }

  /** Each notebook that was opened keeps a kernel, also when its page is closed. */
  async function endKernels() {
    const headers = { Authorization: `token ${server.token}` };
    const kernels = await (await fetch(`${origin}/api/kernels`, { headers })).json();
    for (const { id } of kernels) {
      await fetch(`${origin}/api/kernels/${id}`, { method: "DELETE", headers });
    }
  }

  async function close() {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return { open, close, endKernels, describe, folder: notebooks, lessons: readdirSync(notebooks) };
}

/**
 * Selects the first cell, so that each Shift+Enter then runs one.
 *
 * @param {import("playwright-core").Page} page
 */
export async function selectFirstCell(page) {
  await page.locator(".jp-Notebook .jp-InputPrompt").first().click();
  await page.keyboard.press("Escape");
}

/**
 * @param {import("playwright-core").Page} page
 * @param {"JupyterLab Light" | "JupyterLab Dark"} theme
 */
export async function setTheme(page, theme) {
  await page.locator('.lm-MenuBar-item:has-text("Settings")').click();
  await page.locator('.lm-Menu-item:has-text("Theme")').first().hover();
  await page.locator(`.lm-Menu-item:has-text("${theme}")`).first().click();
  const light = theme.endsWith("Light");
  await page.waitForFunction(
    (value) => document.body.dataset.jpThemeLight === value,
    String(light),
  );
}
