import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pages } from "./pages.js";
import { isSlip, loadWords, wordsOf } from "./spelling.js";

const list = new URL("words.txt", import.meta.url);

/** `QATLAB_WORDS=write` takes today's words into the list; whoever does that reads the new lines of the diff. */
if (process.env.QATLAB_WORDS === "write") {
  const words = new Set(pages().flatMap(({ text }) => wordsOf(text)));
  const long = [...words].filter((word) => word.length > 2).sort();
  writeFileSync(list, `${long.join("\n")}\n`);
}

const known = loadWords(readFileSync(list, "utf8"));

describe("The spelling of pages and notebooks", () => {
  it("has no word that is one letter off a word of our list (test/house/words.txt)", () => {
    const slips = pages().flatMap(({ path, text }) =>
      wordsOf(text)
        .filter((word) => isSlip(word, known))
        .map((word) => `${path}: ${word}`),
    );
    expect([...new Set(slips)]).toEqual([]);
  });

  it("finds letters that were left out, doubled, exchanged or mistaken", () => {
    for (const slip of [
      "quantizaton",
      "quantiization",
      "quantiaztion",
      "quantisation",
      "trianing",
    ]) {
      expect([slip, isSlip(slip, known)]).toEqual([slip, true]);
    }
    for (const word of ["quantization", "quantizations", "dequantization", "zebra", "ulp"]) {
      expect([word, isSlip(word, known)]).toEqual([word, false]);
    }
  });

  it("reads prose alone", () => {
    const text =
      "A `cdoe` of $\\alpah$ and [the wrods](https://adress.org/wrods)\n\n```\nbolck\n```\nAn arXiv id.";
    expect(wordsOf(text)).toEqual(["a", "of", "and", "the", "wrods", "an", "id"]);
  });
});
