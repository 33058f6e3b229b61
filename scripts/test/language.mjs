/**
 * Finds sentences in comments and error messages that a reader understands only with the code beside them.
 *
 *     npm run lint:language            prints file:line, the rule, and the sentence
 *     npm run lint:language -- FILE…   in these files only
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @typedef {{ line: number, tag: string, text: string }} Sentence `tag`: the JSDoc tag that it belongs to, as in
 *   `@param`; `message` for an error's text; else empty.
 * @typedef {{ name: string, hint: string, breaks: (sentence: Sentence) => boolean }} Rule
 */

/** The rules, each of which finds sentences that break it. @type {Rule[]} */
export const rules = [
  {
    name: "no fragment that begins with Of",
    hint: 'give the sentence a subject: "The number of bits of the weights" for "Of the weights"',
    breaks: ({ text }) => /^Of (?!course)/.test(text),
  },
  {
    name: "invalid, not other or another",
    hint: '"if bits is not an integer from 1 to 16" for "for other bits"',
    breaks: ({ tag, text }) =>
      (tag === "@throws" || tag === "message") && /\bfor (other|another)\b/.test(text),
  },
  {
    name: "except for, not but for",
    hint: '"the same numbers, except for rounding"',
    breaks: ({ text }) => /\bbut for\b/.test(text),
  },
  {
    name: "no verb left hanging",
    hint: 'name what is missing: "a layer that the float model lacks" for "that the float model hasn\'t"',
    breaks: ({ text }) => /\b(has|have|is|are)n't(?=[,.;:)]|$)/.test(text),
  },
  {
    name: "no one's own, no that which",
    hint: '"your own", "its own", "the one that", or the noun itself',
    breaks: ({ text }) => /\bone's own\b|\bthat which\b|\bthose which\b/i.test(text),
  },
  {
    name: "a noun for what",
    hint: '"The values that the layer reads" for "What the layer reads"',
    breaks: ({ tag, text }) => tag !== "message" && /^what\b.*(?<!\?)$/i.test(text),
  },
  {
    name: "no what as a subject",
    hint: '"a layer that is frozen" for "what is frozen"',
    breaks: ({ text }) =>
      /(?<!\b(says?|said|tells?|told|decides?|shows?|asks?|knows?|see|sees|about|on|of|expected) )\bwhat (is|are|was|were|has|had|goes|lies|stands|comes|computes)\b(?!.*\?)/i.test(
        text,
      ),
  },
  {
    name: "no sentence that begins with So or The same",
    hint: '"The number of names in a warning" for "So many names stand in a warning"',
    breaks: ({ text }) => /^(So (many|much|long)\b|The same[,:;])/.test(text),
  },
  {
    name: "a parameter's description that stands alone",
    hint: '"the name of the option" for "of the option"',
    breaks: ({ tag, text }) => tag === "@param" && /^(of|by) /.test(text),
  },
  {
    name: "when an error is thrown",
    hint: '"RangeError if …"',
    breaks: ({ tag, text }) =>
      tag === "@throws" &&
      !/\b(if|when|whenever|unless|whatever|always|as|the errors? of|the signal's reason)\b/i.test(
        text,
      ),
  },
  {
    name: "no pronoun for the thing at fault",
    hint: '"the message names the layer" for "naming it"',
    breaks: ({ tag, text }) => tag === "@throws" && /\bnaming it\b/.test(text),
  },
];

/**
 * The sentences of a file's comments and error messages. Examples and code are left out.
 *
 * @param {string} path
 * @param {string} text
 * @returns {Sentence[]}
 */
export function sentencesOf(path, text) {
  const lines = text.split("\n");
  let next = 0;
  const starts = lines.map((line) => {
    const start = next;
    next += line.length + 1;
    return start;
  });
  const lineOf = (/** @type {number} */ position) =>
    starts.findLastIndex((start) => start <= position) + 1;
  const comments = [...text.matchAll(/\/\*[\s\S]*?\*\/|(?:(?<=^|[\s;,{}()])\/\/ .*)/gm)];
  const said = comments.flatMap(({ 0: comment, index }) => sentencesIn(comment, lineOf(index)));
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  /** @type {Sentence[]} */
  const messages = [];
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isNewExpression(node) && /Error$/.test(node.expression.getText(file))) {
      const message = node.arguments?.[0];
      if (message && (ts.isStringLiteralLike(message) || ts.isTemplateExpression(message))) {
        const words = message
          .getText(file)
          .slice(1, -1)
          .replaceAll(/\$\{[^{}]*\}/g, "…");
        messages.push({ line: lineOf(message.getStart(file)), tag: "message", text: words });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...said, ...messages].sort((a, b) => a.line - b.line);
}

/**
 * @param {string} comment
 * @param {number} first The line that it begins in.
 * @returns {Sentence[]}
 */
function sentencesIn(comment, first) {
  if (comment.startsWith("// biome-ignore")) return [];
  /** @type {Sentence[]} */
  const sentences = [];
  /** @type {Sentence | undefined} */
  let open;
  let tag = "";
  const close = () => {
    if (open?.text.trim()) sentences.push({ ...open, text: open.text.trim() });
    open = undefined;
  };
  for (const [i, raw] of comment.split("\n").entries()) {
    let text = raw
      .replace(/^\s*(\/\*\*?|\*\/|\*|\/\/)?/, "")
      .replace(/\*\/\s*$/, "")
      .replace(/^ ?/, "");
    if (/^\s*$/.test(text)) {
      close();
      continue;
    }
    const begins = /^\s*(@\w+)\s?/.exec(text);
    if (begins) {
      close();
      tag = /** @type {string} */ (begins[1]);
      text = text.slice(begins[0].length).replace(/^\s*\{[^}]*\}\s*/, "");
      if (tag === "@param") text = text.replace(/^\s*\S+\s*(- )?/, "");
      if (tag === "@internal") tag = "";
    }
    if (tag === "@example" || (tag === "" && /^ {4}/.test(text))) continue;
    if (/^\s*- /.test(text)) close();
    text = text.replace(/^\s*- /, "");
    // `@throws` also stands within a line: "Takes a batch. @throws RangeError if …".
    for (const piece of text.trim().split(/(?<=[.!?:]["”)]?) +(?=["“(`]?[A-Z@])/)) {
      const inside = /^(@\w+)\s/.exec(piece);
      if (inside) {
        close();
        tag = /** @type {string} */ (inside[1]);
      }
      const said = inside ? piece.slice(inside[0].length) : piece;
      open ??= { line: first + i, tag, text: "" };
      open.text += ` ${said}`;
      if (!/[.!?:]["”)]?$/.test(said)) continue;
      close();
      if (tag === "@throws") tag = ""; // later sentences say something else
    }
  }
  close();
  return sentences;
}

/**
 * The sentences that break a rule, as `path:line: rule: sentence`.
 *
 * @param {string} path
 * @param {string} text
 * @returns {string[]}
 */
export function problemsOf(path, text) {
  return sentencesOf(path, text).flatMap((sentence) =>
    rules
      .filter(({ breaks }) => breaks(sentence))
      .map(({ name, hint }) => `${path}:${sentence.line}: ${name} (${hint}): ${sentence.text}`),
  );
}

/**
 * The files that are checked: the code in `src/`, `scripts/` and `test/`, without the test of these rules, which
 * quotes sentences that break them.
 *
 * @returns {string[]} Paths from the repository's root.
 */
export function checkedFiles() {
  return ["src", "scripts", "test"]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
        (path) => `${folder}/${path}`,
      ),
    )
    .filter((path) => /\.(ts|mjs)$/.test(path) && !path.endsWith("language.test.ts"))
    .sort();
}

/** @param {string} path */
export function problemsIn(path) {
  return problemsOf(path, readFileSync(join(root, path), "utf8"));
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const paths = argv.length > 2 ? argv.slice(2) : checkedFiles();
  const problems = paths.flatMap(problemsIn);
  for (const problem of problems) console.log(problem);
  console.log(`${problems.length} sentences to mend`);
  exit(problems.length === 0 ? 0 : 1);
}
