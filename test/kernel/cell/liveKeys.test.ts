import { describe, expect, it } from "vitest";
import { liveKeys } from "../../../src/kernel/cell/liveKeys.js";

const names = (root: unknown, ...path: string[]) => liveKeys(root, path).map(({ name }) => name);

describe("The keys of live objects", () => {
  it("are an object's own, then those of its prototypes", () => {
    class Base {
      low() {}
    }
    class Top extends Base {
      field = 1;
      high() {}
    }
    const found = liveKeys({ deep: [new Top()] }, ["deep", "0"]);
    expect(found.slice(0, 4)).toEqual([
      { name: "field", type: "property" },
      { name: "constructor", type: "method" },
      { name: "high", type: "method" },
      { name: "low", type: "method" },
    ]);
    expect(found.map(({ name }) => name)).toContain("hasOwnProperty");
    expect(names("text")).toContain("toUpperCase");
    expect(names(null)).toEqual([]);
  });

  it("leave out what can't follow a dot", () => {
    expect(names(["a"]).slice(0, 1)).toEqual(["length"]);
    expect(names({ "two words": 1, ok: 2 })[0]).toBe("ok");
  });

  it("run no getter and no trap of a proxy", () => {
    let runs = 0;
    const proxy = new Proxy(
      { hidden: 1 },
      {
        ownKeys: () => [String(runs++)],
        getPrototypeOf: () => Object(runs++),
        getOwnPropertyDescriptor: () => Object.getOwnPropertyDescriptor([runs++], "0"),
      },
    );
    const root = {
      get computed() {
        return { inner: runs++ };
      },
      proxy,
    };
    expect(names(root).slice(0, 2)).toEqual(["computed", "proxy"]);
    expect(names(root, "computed")).toEqual([]);
    expect(names(root, "proxy")).toEqual([]);
    expect(names(Object.create(proxy))).toEqual([]);
    expect(runs).toBe(0);
  });
});
