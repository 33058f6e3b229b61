import { escapeHtml } from "../../display/index.js";
import type { PageData } from "./pageData.js";
import { style } from "./style.js";

/** @internal The text of a page, and what it may run. */
export interface PageParts {
  readonly data: PageData;
  readonly script: string;
  /** A sentence on the sizes of the models. */
  readonly sizes: string;
  /** The hash of a text, as a policy names it. */
  hash(text: string): string;
}

/** A script's text, which doesn't end the element that it stands in. */
const inElement = (script: string) =>
  script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");

/**
 * @internal
 * The page as HTML. Its policy allows its one script and its one style, and nothing that comes from elsewhere or goes there.
 */
export function htmlOf({ data, script, sizes, hash }: PageParts): string {
  const code = inElement(script);
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  const policy = [
    "default-src 'none'",
    `script-src ${hash(code)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const title = escapeHtml(data.title);
  const both =
    data.float === undefined
      ? "An integer model answers"
      : "A float model and its integer twin answer";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${both} as you draw. ${escapeHtml(sizes)}</p>
</header>
<main>
<section aria-labelledby="draw">
<h2 id="draw">Draw</h2>
<canvas id="pad" role="img" aria-label="Field to draw on with a finger, a pen or a mouse. The examples below need no drawing."></canvas>
<div class="tools"><button type="button" id="clear">Clear</button><span id="seen"><span>as the models see it</span></span></div>
<div id="examples" role="group" aria-label="Examples"></div>
</section>
<section aria-labelledby="answer">
<h2 id="answer">Answer</h2>
<p id="verdict" role="status" aria-live="polite">Draw, or choose an example.</p>
<table id="answers" aria-labelledby="answer"></table>
</section>
<section id="codes" aria-labelledby="layers-title">
<h2 id="layers-title">The codes, layer by layer</h2>
<p>Each tile is a channel of the integers that a layer writes: grey is the zero point, which stands for the value 0; orange is above it, blue is below it.</p>
<ol id="layers"></ol>
</section>
</main>
<footer><p>Made by qatlab. All of it runs on this page; nothing is sent anywhere.</p></footer>
<noscript><p>The models on this page need JavaScript.</p></noscript>
<script type="application/json" id="data">${json}</script>
<script>${code}</script>
</body>
</html>
`;
}
