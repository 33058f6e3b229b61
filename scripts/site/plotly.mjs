import { join } from "node:path";

/**
 * Plotly for the site: the whole, and the part with two axes, which is a third of it and draws every figure of the course.
 *
 * @param {string} root
 */
export function plotlyFiles(root) {
  return [
    "plotly.js-dist-min/plotly.min.js",
    "plotly.js-cartesian-dist-min/plotly-cartesian.min.js",
  ].map((file) => join(root, "node_modules", ...file.split("/")));
}
