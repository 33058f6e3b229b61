import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(`${root}docs/kernel.md`, "utf8");
const named = [...page.matchAll(/^\|.*\| `([^`]+)` \|$/gm)].map(([, name]) => name!);

it("the kernel's page names a test for each of its claims", () => {
  expect(named.length).toBeGreaterThan(15);
  const missing = named.filter((name) => {
    if (name.includes("/")) return !existsSync(root + name);
    const [suite, test] = name.split(".");
    const path = `${root}test/kernel/${suite}.py`;
    return !existsSync(path) || !readFileSync(path, "utf8").includes(`def ${test}(`);
  });
  expect(missing).toEqual([]);
});
