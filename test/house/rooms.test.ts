import { describe, expect, it } from "vitest";
import { importsOf, roomOf, sources } from "./sources.js";

const between = importsOf(sources()).filter(({ from, to }) => roomOf(from) !== roomOf(to));

describe("rooms of src/", () => {
  it("are found, with the imports between them", () => {
    const rooms = new Set(between.map(({ to }) => roomOf(to)));
    for (const room of ["graph", "quantized", "statistics", "quantizers"]) {
      expect(rooms).toContain(room);
    }
    expect(between.length).toBeGreaterThan(500);
  });

  it("import each other's index only", () => {
    const inside = between.filter(({ to }) => to !== `src/${roomOf(to)}/index.ts`);
    // The library's own index shows what rooms keep for its readers.
    const wrong = inside.filter(
      ({ from, to }) => !(from === "src/index.ts" && to === `src/${roomOf(to)}/public.ts`),
    );
    expect(wrong).toEqual([]);
  });

  it("form no circle", () => {
    const uses = new Map<string, Set<string>>();
    for (const { from, to } of between) {
      const [user, used] = [roomOf(from), roomOf(to)];
      if (user && used) uses.set(user, (uses.get(user) ?? new Set()).add(used));
    }
    const circles: string[] = [];
    const visit = (room: string, path: string[]): void => {
      if (path.includes(room)) circles.push([...path.slice(path.indexOf(room)), room].join(" → "));
      else for (const next of uses.get(room) ?? []) visit(next, [...path, room]);
    };
    for (const room of uses.keys()) visit(room, []);
    expect([...new Set(circles)]).toEqual([]);
  });

  it("that only read notebooks, such as the program that runs them, load no TensorFlow", () => {
    const files = sources();
    const loaded = (start: string): string[] => {
      const found = new Set([start]);
      for (const file of found) {
        for (const { to } of importsOf(new Map([[file, withoutTypes(files.get(file) ?? "")]]))) {
          found.add(to);
        }
      }
      return [...found];
    };
    const rooms = (start: string) => loaded(start).map(roomOf);
    expect(rooms("src/cli/run.ts")).not.toContain("tensorflow");
    expect(rooms("src/cli/run.ts")).toContain("mimeTypes");
    expect(rooms("src/cli/export.ts")).toContain("tensorflow");
  });
});

/** A file's text without the imports of types, which no longer stand in what TypeScript writes. */
function withoutTypes(text: string): string {
  return text.replace(/^(?:import|export) type [^;]+;/gm, "");
}
