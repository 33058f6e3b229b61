import { describe, expect, it } from "vitest";
import { checkedFiles, problemsIn, problemsOf, sentencesOf } from "../../scripts/test/language.mjs";

describe("The language of comments and messages", () => {
  it("is read as sentences, with their lines and tags, without examples", () => {
    const source = [
      "/**",
      " * The first sentence goes",
      " * on. The second one.",
      " *",
      " * @param bits the number of bits",
      " * @throws RangeError if `bits` is 0",
      " * @example",
      " * Of(3);",
      " */",
      "function f() {",
      "  throw new RangeError('invalid bits: 0 (expected 1)'); // A remark.",
      "}",
    ].join("\n");
    expect(sentencesOf("f.ts", source)).toEqual([
      { line: 2, tag: "", text: "The first sentence goes on." },
      { line: 3, tag: "", text: "The second one." },
      { line: 5, tag: "@param", text: "the number of bits" },
      { line: 6, tag: "@throws", text: "RangeError if `bits` is 0" },
      { line: 11, tag: "", text: "A remark." },
      { line: 11, tag: "message", text: "invalid bits: 0 (expected 1)" },
    ]);
  });

  it.each([
    ["/** Of the weights. */", "no fragment that begins with Of"],
    ["/** @param name Of the layer. */", "no fragment that begins with Of"],
    ["/** @throws RangeError if there is no grid for other bits */", "invalid, not other"],
    ["/** A layer that the model hasn't. */", "no verb left hanging"],
    ["// A class of one's own.", "no one's own"],
    ["/** @throws Error naming the file */", "when an error is thrown"],
    ["/** @throws TypeError for a layer that can't be copied */", "when an error is thrown"],
    ["/** @throws TypeError if a layer can't be copied, naming it */", "no pronoun for the thing"],
    ["/** The copy predicts the same, but for rounding. */", "except for, not but for"],
    ["/** What feeds it; empty for an input. */", "a noun for what"],
    ["/** @param name what a layer is called */", "a noun for what"],
    ["/** The new model trains the same: what is frozen stays frozen. */", "no what as a subject"],
    ["/** So many names stand in a warning. */", "no sentence that begins with So"],
    ["/** The same, in the model's order. */", "no sentence that begins with So"],
    ["/** @param name of the layer */", "a parameter's description that stands alone"],
    ['throw new Error("a layer that it hasn\'t")', "no verb left hanging"],
  ])("refuses %s", (source, rule) => {
    expect(problemsOf("f.ts", source)).toEqual([expect.stringContaining(`f.ts:1: ${rule}`)]);
  });

  it.each([
    "/** The bits of the weights, which aren't rounded. */",
    "/** @throws RangeError if bits is not an integer from 1 to 16 */",
    "// Of course, this is a sentence.",
    "// What is the answer?",
    "/** The message says what is expected. */",
    "/** The same grid serves all channels. */",
  ])("accepts %s", (source) => {
    expect(problemsOf("f.ts", source)).toEqual([]);
  });

  it("is understood without the code, in src/, scripts/ and test/", { tags: "slow" }, () => {
    const problems = checkedFiles().flatMap(problemsIn);
    expect(problems).toEqual([]);
  });
});
