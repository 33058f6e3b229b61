import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { displaySymbol, earlySymbol } from "../../src/display/index.js";
import * as q from "../../src/index.js";
import { fakeComms } from "../fixtures/comms.js";
import { installHost } from "../fixtures/host.js";

const { widgets } = q;
const viewType = "application/vnd.jupyter.widget-view+json";
let kernel: ReturnType<typeof installHost>;
let page: ReturnType<typeof fakeComms>;

beforeEach(() => {
  kernel = installHost();
  page = fakeComms();
  Object.assign(kernel.host, { comms: page.comms });
});
afterEach(() => kernel.remove());

/** The id of the model that a widget's view shows. */
async function idOf(widget: q.widgets.Widget<any>): Promise<string> {
  const bundle = (await widget[displaySymbol]()) as Record<string, any>;
  return bundle[viewType].model_id;
}

const stateOf = (id: string) => page.opened.find((one) => one.id === id)?.data.state;
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("A widget", () => {
  it("moves with the page, and tells its listeners", async () => {
    const slider = widgets.slider({ label: "bits", min: 2, max: 8, value: 4 });
    const heard: number[] = [];
    slider.onChange((bits) => void heard.push(bits));
    const id = await idOf(slider);
    await page.move(id, { value: 6 });
    await page.move(id, { value: 6 });
    slider.value = 7;
    expect(slider.value).toBe(7);
    expect(heard).toEqual([6, 7]);
    expect(page.last(id, "value")).toBe(7);
  });

  it("is known to the page with a model, a view, a layout and a style, children first", async () => {
    const id = await idOf(widgets.slider({ min: 0, max: 1, step: 0.1 }));
    const state = stateOf(id);
    expect(state).toMatchObject({
      _model_module: "@jupyter-widgets/controls",
      _model_module_version: "2.0.0",
      _model_name: "FloatSliderModel",
      _view_name: "FloatSliderView",
      description: "",
      max: 1,
    });
    const ids = page.opened.map((one) => `IPY_MODEL_${one.id}`);
    expect(ids.slice(0, 2).sort()).toEqual([state.layout, state.style].sort());
    expect(ids[2]).toBe(`IPY_MODEL_${id}`);
  });

  it("echoes what the page sends, for a second page", async () => {
    const id = await idOf(widgets.checkbox());
    await page.move(id, { value: true });
    expect(page.sent).toEqual([
      {
        id,
        data: { method: "echo_update", state: { value: true }, buffer_paths: [] },
        buffers: [],
      },
    ]);
  });

  it("tells its state to a page that asks, alone or for all", async () => {
    const box = widgets.checkbox({ value: true });
    const id = await idOf(box);
    await page.say(id, { method: "request_state" });
    expect(page.last(id, "value")).toBe(true);
    await page.openPage("jupyter.widget.control", { method: "request_states" });
    const { states } = page.sent.at(-1)!.data;
    expect(states[id]).toMatchObject({ model_name: "CheckboxModel", state: { value: true } });
    box.close();
    expect(page.closed).toEqual([id]);
    await page.openPage("jupyter.widget.control", { method: "request_states" });
    expect(page.sent.at(-1)!.data.states[id]).toBeUndefined();
    expect(box[displaySymbol]()).toEqual({ "text/plain": "true" });
  });

  it("closes its models when its cell runs again", async () => {
    const tasks: (() => void)[] = [];
    Object.assign(kernel.host, { beforeRerun: (task: () => void) => void tasks.push(task) });
    widgets.slider();
    for (const task of tasks) task();
    expect(page.closed.sort()).toEqual(page.opened.map(({ id }) => id).sort());
  });

  it("has its value and its words where there is no front end", () => {
    kernel.remove();
    const bits = widgets.slider({ label: "bits", min: 2, max: 8 });
    let heard = 0;
    bits.onChange((value) => {
      heard = value;
    });
    bits.value = 5;
    expect(heard).toBe(5);
    expect(bits[displaySymbol]()).toEqual({ "text/plain": "bits: 5" });
  });
});

describe("Each widget", () => {
  it("of choices has one of its choices as its value", async () => {
    const select = widgets.select([{ bits: 2 }, { bits: 4 }]);
    await page.move(await idOf(select), { index: 1 });
    expect(select.value).toEqual({ bits: 4 });
    expect(() => {
      select.value = { bits: 4 };
    }).toThrow(/invalid value/);
  });

  it("to click counts its clicks", async () => {
    const button = widgets.button({ label: "Train" });
    const clicks: number[] = [];
    button.onChange((n) => void clicks.push(n));
    const id = await idOf(button);
    for (let i = 0; i < 2; i++)
      await page.say(id, { method: "custom", content: { event: "click" } });
    await page.say(id, { method: "custom", content: { event: "other" } });
    expect([button.value, clicks]).toEqual([2, [1, 2]]);
  });

  it("refuses values that it can't have, and options that it doesn't know", () => {
    const bits = widgets.slider({ min: 2, max: 8 });
    expect(() => {
      bits.value = 9;
    }).toThrow("invalid value: 9 (expected a number from 2 to 8)");
    expect(() => widgets.slider({ min: 5, max: 2 })).toThrow(/invalid value/);
    expect(() => widgets.slider({ step: 0 })).toThrow(/invalid step/);
    expect(() => widgets.select([])).toThrow(/invalid choices/);
    expect(() => widgets.checkbox({ value: 1 as never })).toThrow(/expected true or false/);
    expect(() => widgets.progress({ max: 0 })).toThrow(/invalid max/);
    expect(() => widgets.button({ lable: "x" } as never)).toThrow(/lable/);
    expect(() => widgets.custom({ esm: 7 as never, state: {} })).toThrow(/invalid esm/);
    expect(() => widgets.interact({ x: "y" as never }, () => 0)).toThrow(/invalid control x: y/);
    expect(() => widgets.interact({}, 7 as never)).toThrow(/invalid draw/);
  });

  it("of your own shares its state, with typed arrays as bytes", async () => {
    const custom = widgets.custom({
      esm: "export default {}",
      state: { count: 1, deep: { weights: new Float32Array([1, 2]) } as any },
    });
    const id = await idOf(custom);
    const { data, buffers } = page.opened.find((one) => one.id === id)!;
    expect(data.buffer_paths).toEqual([["deep", "weights"]]);
    expect(data.state).toMatchObject({
      count: 1,
      deep: { weights: null },
      _esm: "export default {}",
    });
    expect(new Float32Array(new Uint8Array(buffers[0]!).buffer)).toEqual(new Float32Array([1, 2]));
    const state = { method: "update", state: { deep: { weights: null } } };
    await page.say(id, { ...state, buffer_paths: [["deep", "weights"]] }, [
      new Uint8Array([1, 2, 3]),
    ]);
    expect((custom.value.deep.weights as DataView).byteLength).toBe(3);
  });
});

describe("A place for output", () => {
  it("shows a value, and another one in its place", async () => {
    const place = widgets.output();
    const id = await idOf(place);
    place.value = "first";
    place.value = [1, 2];
    expect(page.last(id, "outputs")).toEqual([
      { output_type: "display_data", data: { "text/plain": "[ 1, 2 ]" }, metadata: {} },
    ]);
    place.value = undefined;
    expect(page.last(id, "outputs")).toEqual([]);
  });

  it("moves with a value's quick form, and is saved with its whole form", async () => {
    const place = widgets.output();
    const id = await idOf(place);
    place.value = {
      [earlySymbol]: () => ({ "text/plain": "quick" }),
      [displaySymbol]: async () => ({ "text/plain": "quick", "image/svg+xml": "<svg/>" }),
    };
    expect(page.last(id, "outputs")[0].data).toEqual({ "text/plain": "quick" });
    expect(await place[displaySymbol]()).toMatchObject({ "image/svg+xml": "<svg/>" });
  });
});

describe("interact", () => {
  it("draws for the values of its controls, again whenever one moves", async () => {
    const bits = widgets.slider({ min: 2, max: 8, value: 4 });
    const panel = widgets.interact({ bits, per: ["tensor", "channel"], signed: true }, (values) => {
      const { bits, per, signed }: { bits: number; per: "tensor" | "channel"; signed: boolean } =
        values;
      return `${bits} ${per} ${signed}`;
    });
    await settled();
    const text = async () => (await panel[displaySymbol]())["text/plain"];
    expect(await text()).toBe("4, per: tensor, signed: true\n'4 tensor true'");
    await page.move(await idOf(bits), { value: 3 });
    panel.value = { bits: 3, per: "channel", signed: true };
    await settled();
    expect(await text()).toContain("'3 channel true'");
    const column = stateOf(await idOf(panel));
    expect(column.children).toHaveLength(4);
    expect(column.children[0]).toBe(`IPY_MODEL_${await idOf(bits)}`);
  });

  it("leaves out the values that come while it draws", async () => {
    const bits = widgets.slider({ min: 0, max: 100 });
    const drawn: number[] = [];
    let release = () => {};
    widgets.interact({ bits }, async ({ bits }) => {
      drawn.push(bits);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    for (let i = 1; i <= 50; i++) bits.value = i;
    release();
    await settled();
    release();
    await settled();
    expect(drawn).toEqual([0, 50]);
  });

  it("draws again after an interrupt that has cut its drawing", async () => {
    const bits = widgets.slider({ min: 0, max: 100 });
    const drawn: number[] = [];
    const controller = new AbortController();
    Object.assign(kernel.host, { signal: controller.signal });
    widgets.interact({ bits }, ({ bits }) => {
      drawn.push(bits);
      return new Promise(() => {});
    });
    controller.abort();
    Object.assign(kernel.host, { signal: new AbortController().signal });
    bits.value = 7;
    expect(drawn).toEqual([0, 7]);
  });

  it("shows an error of the drawing in the place of the result", async () => {
    const panel = widgets.interact({ bits: { min: 0, max: 3 } }, ({ bits }) => {
      if (bits > 1) throw new RangeError("too many");
      return bits;
    });
    panel.value = { bits: 2 };
    await settled();
    expect((await panel[displaySymbol]())["text/plain"]).toBe("bits: 2\nRangeError: too many");
    panel.value = { bits: 1 };
    await settled();
    expect((await panel[displaySymbol]())["text/plain"]).toBe("bits: 1\n1");
  });
});
