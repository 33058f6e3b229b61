import { describe, expect, it } from "vitest";
import { injectParameters, type Notebook, parseParameter } from "../../src/cli/parameters.js";

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

  it("replaces what an earlier run injected", () => {
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

  it("says so when the notebook has no parameters", () => {
    expect(() => injectParameters(notebook("let epochs = 4;", []), { epochs: 1 })).toThrow(
      'no cell tagged "parameters"',
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
