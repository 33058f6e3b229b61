import { expect, it } from "vitest";
import { HeapWatch } from "../../../src/kernel/protocol/heapWatch.js";

/** A watch over a heap of 100 bytes, of which all but `live` are garbage. */
function watched() {
  const heap = { used: 0, live: 0, busy: true, collections: 0, failing: false };
  const told: number[] = [];
  const session = {
    post(method: string, _: object, answered: (error: Error | null, value: unknown) => void) {
      if (method === "Runtime.getHeapUsage") return answered(null, { usedSize: heap.used });
      heap.collections++;
      if (heap.failing) return answered(null, { result: { type: "undefined" } });
      heap.used = heap.live;
      answered(null, { result: { value: heap.used } });
    },
  };
  const onFull = (used: number) => told.push(used);
  const watch = new HeapWatch(session, { limit: 100, busy: () => heap.busy, onFull });
  let now = 0;
  const look = async (used: number, live = used, passed = 100) => {
    Object.assign(heap, { used, live });
    now += passed;
    watch.look(now);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { heap, told, look };
}

it("a heap is full if collecting it leaves too much", async () => {
  const { heap, told, look } = watched();
  await look(60);
  expect(heap.collections).toBe(0);
  await look(80, 30);
  expect([heap.collections, told]).toEqual([1, []]);
  await look(75, 70);
  expect([heap.collections, told]).toEqual([2, [70]]);
});

it("a heap that was full is told again when it has grown, or when it was released in between", async () => {
  const { heap, told, look } = watched();
  await look(70);
  await look(74);
  expect([heap.collections, told]).toEqual([1, [70]]);
  await look(77);
  expect(told).toEqual([70, 77]);
  await look(20);
  await look(71);
  expect(told).toEqual([70, 77, 71]);
});

it("a heap that can't be collected is full a little later", async () => {
  const { heap, told, look } = watched();
  heap.failing = true;
  await look(85);
  expect(told).toEqual([]);
  await look(95);
  expect(told).toEqual([95]);
});

it("an idle kernel is looked at once a second", async () => {
  const { heap, told, look } = watched();
  heap.busy = false;
  await look(70, 70, 1000);
  await look(90, 90, 500);
  expect(told).toEqual([70]);
  await look(90, 90, 500);
  expect(told).toEqual([70, 90]);
});
