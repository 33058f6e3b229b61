import { afterEach, expect, it, vi } from "vitest";
import { createContext } from "../../scripts/setup/context.mjs";
import { removeAll, temporaryFolder } from "./clone.js";

const steps = ["npm", "venv", "build", "frontend", "natives"] as const;

afterEach(() => {
  for (const name of steps) vi.doUnmock(`../../scripts/setup/${name}.mjs`);
  vi.resetModules();
  removeAll();
});

/** Sets up a clone whose steps do nothing; the names of those that ran. */
async function stepsThatRan({ stale }: { stale: (typeof steps)[number][] }): Promise<string[]> {
  const ran: string[] = [];
  const step = (name: (typeof steps)[number]) => ({
    title: name,
    fresh: () => !stale.includes(name),
    perform: async () => void ran.push(name),
    linkSelf: () => {},
    ownJupyter: () => ({}),
    requirements: { title: {}, fresh: () => true },
  });
  vi.resetModules();
  for (const name of steps) vi.doMock(`../../scripts/setup/${name}.mjs`, () => step(name));
  const { setUp } = await import("../../scripts/setup/index.mjs");
  const context = { ...createContext(), kind: "clone" as const, state: temporaryFolder() };
  const progress = {
    print() {},
    step: async (_: string, task: (report: object) => Promise<unknown>) => task({}),
  };
  await setUp({ context, progress: progress as never });
  return ran.sort();
}

it("Set-up puts TensorFlow's binding back when it installs the packages anew, since npm deletes it with them", async () => {
  expect(await stepsThatRan({ stale: ["npm"] })).toEqual(["natives", "npm"]);
});

it("Set-up leaves the packages and the binding as they are when only the build is old", async () => {
  expect(await stepsThatRan({ stale: ["build"] })).toEqual(["build"]);
});
