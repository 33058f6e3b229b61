import { describe, expect, it } from "vitest";
import {
  injectParameters,
  type Notebook,
  parseNotebook,
  parseParameter,
} from "../../src/cli/parameters.js";

const notebook = (source: string, tags = ["parameters"]): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    { cell_type: "markdown", source: "# A lesson", metadata: {} },
    { cell_type: "code", source, metadata: { tags }, outputs: [] },
    { cell_type: "code", source: "seeds.length", metadata: {}, outputs: [] },
  ],
});

describe("injectParameters(notebook, values)", () => {
  it("adds a tagged cell behind the parameters and leaves the notebook as it was", () => {
    const before = notebook("const seeds = [1];\nlet epochs = 4;");
    const after = injectParameters(before, { seeds: [1, 2], epochs: 9 });
    expect(before.cells).toHaveLength(3);
    expect(after.cells).toHaveLength(4);
    expect(after.cells[2]).toMatchObject({
      source: "const seeds = [1,2];\nconst epochs = 9;",
      metadata: { tags: ["injected-parameters"] },
    });
  });

  it("gives an empty list a type in TypeScript, and none in JavaScript", () => {
    const source = (language: string) => {
      const metadata = { kernelspec: { language } };
      const after = injectParameters({ ...notebook("let seeds = [1];"), metadata }, { seeds: [] });
      return after.cells[2]!.source;
    };
    expect(source("typescript")).toBe("const seeds = [] as never[];");
    expect(source("javascript")).toBe("const seeds = [];");
  });

  it("replaces the cell that an earlier run injected", () => {
    const once = injectParameters(notebook("let epochs = 4;"), { epochs: 1 });
    const twice = injectParameters(once, { epochs: 2 });
    expect(twice.cells).toHaveLength(4);
    expect(twice.cells[2]!.source).toBe("const epochs = 2;");
  });

  it("names the parameters there are when one is misspelt", () => {
    expect(() =>
      injectParameters(notebook("let epochs = 4;\nlet seeds = 1"), { epoch: 1 }),
    ).toThrow("invalid parameter: epoch (the notebook's parameters are epochs, seeds)");
  });

  it("refuses a value of another kind than the notebook's own", () => {
    const source = [
      'const fast = process.env.QATLAB_FAST === "1"; // fewer runs',
      "const seeds = fast ? [1, 2] : [1, 2, 3];",
      "let bits = 3; // of the weights",
      "const size = 200_000;",
      'const method: string = "mse";',
      "const scheme = q.scheme({ weights: q.int(3) });",
    ].join("\n");
    const inject = (values: Record<string, unknown>) => () =>
      injectParameters(notebook(source), values);
    expect(inject({ bits: "five" })).toThrow(
      "invalid parameter: bits=five (expected a number, as the notebook's bits = 3)",
    );
    expect(inject({ size: [1] })).toThrow("invalid parameter: size=[1] (expected a number");
    expect(inject({ seeds: 2 })).toThrow(
      "invalid parameter: seeds=2 (expected a list in JSON, as the notebook's seeds = fast ? [1, 2] : [1, 2, 3])",
    );
    expect(inject({ fast: 1 })).toThrow("invalid parameter: fast=1 (expected true or false");
    expect(inject({ method: 8 })).toThrow("invalid parameter: method=8 (expected a text");
    expect(inject({ bits: 5, size: 1e3, seeds: [], fast: true, method: "kl" })).not.toThrow();
    expect(inject({ scheme: 8 })).not.toThrow();
  });

  it("says so when the notebook has no parameters", () => {
    expect(() => injectParameters(notebook("let epochs = 4;", []), { epochs: 1 })).toThrow(
      'no cell tagged "parameters"',
    );
  });
});

describe("parseNotebook(text)", () => {
  it("takes a notebook", () => {
    const written = notebook("1");
    expect(parseNotebook(JSON.stringify(written))).toEqual(written);
  });

  it.each(["# qatlab\n", "", "{}", "null", "[1]"])("refuses %j in a line", (text) => {
    expect(() => parseNotebook(text)).toThrow(
      /^not a notebook \(expected a file that Jupyter saved/,
    );
  });
});

describe("parseParameter(argument)", () => {
  it("takes JSON, or else a string", () => {
    expect(parseParameter("seeds=[1,2]")).toEqual(["seeds", [1, 2]]);
    expect(parseParameter("lr=1e-3")).toEqual(["lr", 0.001]);
    expect(parseParameter("method=mse")).toEqual(["method", "mse"]);
    expect(parseParameter("equation=a=b")).toEqual(["equation", "a=b"]);
  });

  it("refuses an argument without a name", () => {
    expect(() => parseParameter("=3")).toThrow("invalid parameter: =3");
    expect(() => parseParameter("seeds")).toThrow("expected name=value");
  });
});
