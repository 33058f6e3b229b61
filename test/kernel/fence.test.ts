import { expect, it } from "vitest";
import { Fence } from "../../src/kernel/fence.js";

it("a fence is waited for until the other thread has passed it", () => {
  const memory = Fence.memory();
  const there = new Fence(memory);
  const here = new Fence(memory);
  const sent: number[] = [];
  here.wait((number) => {
    sent.push(number);
    there.pass(number);
  });
  here.wait((number) => sent.push(number), { patience: 1 });
  expect(sent).toEqual([1, 2]);
});
