/**
 * Opens a notebook in JupyterLite and waits for its kernel.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} lite JupyterLite's address.
 * @param {string} name
 * @param {string} [query] More of the page's query, e.g. `&full`.
 * @returns {Promise<number[]>} The indices of its code cells.
 */
export async function openLesson(page, lite, name, query = "") {
  await page.goto(`${lite}notebooks/index.html?path=${name}${query}`);
  await page.waitForFunction(
    () => {
      const { shell } = /** @type {any} */ (globalThis).jupyterapp ?? {};
      const widget = shell?.currentWidget;
      return widget?.content?.model?.cells?.length > 0 && widget.sessionContext?.session?.kernel;
    },
    undefined,
    { timeout: 120_000 },
  );
  return await page.evaluate(() => {
    const { content } = /** @type {any} */ (globalThis).jupyterapp.shell.currentWidget;
    return content.widgets.flatMap((/** @type {any} */ cell, /** @type {number} */ i) =>
      cell.model.type === "code" ? [i] : [],
    );
  });
}

/**
 * Runs a cell to its end.
 *
 * @param {import("playwright-core").Page} page
 * @param {number} index
 * @returns {Promise<{ errors: string[], said: string, figures: number }>} Its errors, its words on stderr, and how many figures
 *   it has.
 */
export async function runCell(page, index) {
  return await page.evaluate(async (index) => {
    const { shell, commands } = /** @type {any} */ (globalThis).jupyterapp;
    const { content } = shell.currentWidget;
    content.activeCellIndex = index;
    await commands.execute("notebook:run-cell");
    /** @type {any[]} */
    const outputs = content.widgets[index].model.outputs.toJSON();
    return {
      errors: outputs
        .filter(({ output_type }) => output_type === "error")
        .map(({ ename, evalue }) => `${ename}: ${evalue}`),
      said: outputs
        .filter(({ name }) => name === "stderr")
        .map(({ text }) => (Array.isArray(text) ? text.join("") : text))
        .join(""),
      figures: outputs.filter(({ data }) => data?.["application/vnd.plotly.v1+json"]).length,
    };
  }, index);
}

/**
 * How many figures of a cell are drawn: their traces have marks that take room.
 *
 * @param {import("playwright-core").Page} page
 * @param {number} index
 */
export async function drawnFigures(page, index) {
  const count = () =>
    page.evaluate((index) => {
      const { content } = /** @type {any} */ (globalThis).jupyterapp.shell.currentWidget;
      /** @type {HTMLElement} */
      const node = content.widgets[index].node;
      return [...node.querySelectorAll(".js-plotly-plot")].filter((plot) => {
        const marks = [
          ...plot.querySelectorAll(
            ".cartesianlayer :is(path, image, rect), .pielayer path, canvas",
          ),
        ];
        return marks.some((mark) => {
          const { width, height } = mark.getBoundingClientRect();
          return width > 0 || height > 0;
        });
      }).length;
    }, index);
  await page.evaluate(async (index) => {
    const { content } = /** @type {any} */ (globalThis).jupyterapp.shell.currentWidget;
    await content.scrollToItem(index, "center");
  }, index);
  const wanted = await page.evaluate((index) => {
    const { content } = /** @type {any} */ (globalThis).jupyterapp.shell.currentWidget;
    /** @type {any[]} */
    const outputs = content.widgets[index].model.outputs.toJSON();
    return outputs.filter(({ data }) => data?.["application/vnd.plotly.v1+json"]).length;
  }, index);
  // Plotly loads late, and draws a frame later.
  for (let turn = 0; turn < 40 && (await count()) < wanted; turn++) await page.waitForTimeout(250);
  return await count();
}
