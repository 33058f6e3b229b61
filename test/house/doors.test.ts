import { describe, expect, it } from "vitest";
import { roomOf, sources } from "./sources.js";

/** The part of the kernel that runs in a browser's tab as well; its threads, sockets and processes are Node's. */
const core =
  /^src\/kernel\/(?:compiler\/|cell\/|tab\/|paths\.|user\/(?:active|asyncHooks|comms|context|executor|guards|host|intrinsics|kernelError|output|show|storage|turn)\.)/;
/** The library's files, and those of the kernel's core; the command line runs in Node only. */
const library = new Map(
  [...sources()].filter(
    ([path]) => !["kernel", "cli"].includes(roomOf(path) ?? "") || core.test(path),
  ),
);
const paths = [...library.keys()];
const isNode = (path: string) => path.endsWith(".node.ts");

/** A file's code, without its comments. */
const code = (path: string) => library.get(path)!.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/g, "");
/** The names that a file exports, types left out. */
const exported = (path: string) =>
  [
    ...[...code(path).matchAll(/^export (?:async )?(?:const|class|function) (\w+)/gm)],
    ...[...code(path).matchAll(/^export \{([^}]+)\}/gm)].flatMap(([, names]) => [
      ...names!.matchAll(/(?:\w+ as )?(\w+)(?:,|\s*$)/g),
    ]),
  ]
    .map(([, name]) => name)
    .sort();
/** The doors that a file asks for, as paths without their ending. */
const doorsOf = (path: string) =>
  [...code(path).matchAll(/"#door\/([^"]+)"/g)].map(([, door]) => `src/${door}`);
const doors = [...new Set(paths.flatMap(doorsOf))];

describe("doors to Node", () => {
  it("are asked for as #door/…, within their room", () => {
    expect(doors.length).toBeGreaterThan(5);
    const elsewhere = paths.flatMap((path) =>
      doorsOf(path).filter((door) => roomOf(door) !== roomOf(path)),
    );
    expect(elsewhere).toEqual([]);
  });

  it("have a twin for browsers that exports the same names", () => {
    for (const door of doors) {
      expect(paths).toContain(`${door}.node.ts`);
      expect(paths).toContain(`${door}.browser.ts`);
      expect(exported(`${door}.browser.ts`), door).toEqual(exported(`${door}.node.ts`));
    }
    const browsers = paths.filter((path) => path.endsWith(".browser.ts"));
    expect(browsers.map((path) => path.replace(".browser.ts", "")).sort()).toEqual(doors.sort());
  });

  it("are the only files that know Node, with the files behind them", () => {
    const node =
      /["']node:|\bcreateRequire\b|\bgetBuiltinModule\b|\brequire\(|\bprocess\.\w|\bBuffer\.|\b__dirname\b/;
    // The kernel's compiler and loader speak of `require` and of Node's files: cells may.
    const written = /"node:"|\brequire\(|\b__dirname\b/g;
    const told = (path: string) =>
      roomOf(path) === "kernel" ? code(path).replace(written, "") : code(path);
    expect(paths.filter((path) => !isNode(path) && node.test(told(path)))).toEqual([]);
    expect(paths.filter((path) => isNode(path) && node.test(code(path))).length).toBeGreaterThan(5);
  });

  it("are the only way to the files behind them", () => {
    const around = paths.filter(
      (path) => !isNode(path) && /^(?:import|export) (?!type).*\.node\.js"/m.test(code(path)),
    );
    expect(around).toEqual([]);
  });
});
