import { expect, it } from "vitest";
import { interruption } from "../../src/kernel/interruption.js";

it("an interruption is a KeyboardInterrupt, as IPython names it", () => {
  expect(interruption()).toEqual({
    ename: "KeyboardInterrupt",
    evalue: "",
    traceback: ["KeyboardInterrupt: the cell was interrupted"],
  });
  expect(interruption("before it ran").traceback).toEqual([
    "KeyboardInterrupt: the cell was interrupted before it ran",
  ]);
});
