import assert from "node:assert/strict";
import { join } from "node:path";
import { selectFirstCell } from "./lab.mjs";
import { writeNotebook } from "./notebook.mjs";

const cell = `function area(width: number, height: number) {
  const result = width * height;
  return result;
}
area(3, 4)`;

/**
 * The debugger's panel: a breakpoint by a click in the gutter, the stop, the variables, a step, the end.
 *
 * @param {Awaited<ReturnType<typeof import("./lab.mjs").openLab>>} lab
 * @param {(title: string, body: () => Promise<void>) => Promise<void>} test
 * @param {(page: import("playwright-core").Page, name: string) => Promise<void>} look
 */
export async function debugging(lab, test, look) {
  writeNotebook(join(lab.folder, "debugging.ipynb"), [cell]);
  const { page, errors } = await lab.open("debugging.ipynb", { width: 1400 });
  const callStack = page.locator(".jp-DebuggerCallstack-body");

  await test("a breakpoint in the gutter stops a cell, and the panel shows where", async () => {
    await page.locator(".jp-DebuggerBugButton").click();
    await page.locator('.jp-DebuggerBugButton[aria-pressed="true"]').waitFor();
    // The first element of a gutter is hidden; the third is that of the second line.
    const gutter = page.locator(".cm-breakpoint-gutter .cm-gutterElement");
    await gutter.nth(2).click();
    await gutter.nth(2).locator(".cm-breakpoint-icon").waitFor();
    await selectFirstCell(page);
    await page.keyboard.press("Control+Enter");
    await callStack.locator("li").nth(1).waitFor();
    const frames = await callStack.locator("li").allTextContents();
    assert.match(frames[0] ?? "", /area/);
    assert.match(frames[1] ?? "", /<cell>/);
    await look(page, "debugger");
  });

  await test("the panel shows the variables, and a step goes to the next line", async () => {
    const variables = page.locator(".jp-DebuggerVariables-body");
    await variables.getByText("width").first().waitFor();
    await page.locator('[data-command="debugger:next"]').first().click();
    await page.waitForFunction(() =>
      /:3/.test(document.querySelector(".jp-DebuggerCallstack-body li")?.textContent ?? ""),
    );
    await page.locator('[data-command="debugger:continue"]').first().click();
    await page.locator('.jp-OutputArea-output:has-text("12")').waitFor();
  });

  await test("the page of the debugger reports no error", async () => {
    assert.deepEqual(errors(), []);
  });
  await page.close();
}
