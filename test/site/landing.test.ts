import { JSDOM, VirtualConsole } from "jsdom";
import { describe, expect, it } from "vitest";
import { Chart } from "../../src/site/landing/chart.js";
import { Examples } from "../../src/site/landing/examples.js";
import type { Report } from "../../src/site/landing/messages.js";
import { reasonOf } from "../../src/site/landing/reason.js";
import { Words } from "../../src/site/landing/words.js";

const html = '<svg id="c"></svg><p id="s"></p><p id="a"></p><div id="e"></div>';
const options = {
  runScripts: "outside-only",
  pretendToBeVisual: true,
  virtualConsole: new VirtualConsole(),
} as const;
const page = (): Document => (new JSDOM(html, options).window as any).document;

describe("the landing page's chart", () => {
  const drawn = (document: Document) =>
    [...document.querySelectorAll("polyline")].map((line) => ({
      phase: line.getAttribute("class")!.split(" ")[1],
      points: line.getAttribute("points")!.split(" ").filter(Boolean).length,
    }));

  it("draws a line for each training, and a drop between them", () => {
    const document = page();
    const chart = new Chart(document.querySelector("svg")!);
    for (const [epoch, accuracy] of [0.1, 0.6, 0.9].entries()) {
      chart.add({ phase: "float", epoch, accuracy });
    }
    chart.add({ phase: "ptq", epoch: 2, accuracy: 0.4 });
    chart.add({ phase: "qat", epoch: 2, accuracy: 0.4 });
    chart.add({ phase: "qat", epoch: 3, accuracy: 0.8 });
    expect(drawn(document)).toEqual([
      { phase: "float", points: 3 },
      { phase: "qat", points: 2 },
    ]);
    expect(document.querySelector(".drop")!.getAttribute("d")).toMatch(/^M[\d.]+,[\d.]+V[\d.]+$/);
  });

  it("forgets a recovery when the network is rounded again, and everything when it trains from the start", () => {
    const document = page();
    const chart = new Chart(document.querySelector("svg")!);
    chart.add({ phase: "float", epoch: 0, accuracy: 0.1 });
    chart.add({ phase: "ptq", epoch: 0, accuracy: 0.1 });
    chart.add({ phase: "qat", epoch: 1, accuracy: 0.5 });
    chart.add({ phase: "ptq", epoch: 0, accuracy: 0.2 });
    expect(drawn(document)[1]).toEqual({ phase: "qat", points: 0 });
    chart.add({ phase: "float", epoch: 0, accuracy: 0.1 });
    expect(document.querySelector(".drop")!.getAttribute("d")).toBe("");
  });
});

describe("the landing page's words", () => {
  const judged = (
    phase: "float" | "ptq" | "qat",
    accuracy: number,
    of = 0,
  ): Extract<Report, { type: "judged" }> => ({
    type: "judged",
    phase,
    accuracy,
    classes: [],
    done: of,
    of,
  });

  it("tell of the break and of the recovery with the numbers that were measured", () => {
    const document = page();
    const status = document.querySelector("#s")!;
    const words = new Words(status, document.querySelector("#a")!);
    const float = { weights: 32, activations: 32 };
    const two = { weights: 2, activations: 2 };
    words.judged(judged("float", 0.951, 12), float);
    words.ended("train", float);
    expect(status.textContent).toContain("95.1 %");
    words.judged(judged("ptq", 0.4), two);
    words.ended("quantize", two);
    expect(status.textContent).toMatch(
      /2-bit weights and activations: 40\.0 % are right, of 95\.1 %/,
    );
    words.judged(judged("qat", 0.9, 16), two);
    words.ended("recover", two);
    expect(status.textContent).toMatch(/40\.0 % became 90\.0 %, of 95\.1 %/);
  });

  it("say in a reader's words why the training stopped", () => {
    expect(reasonOf(new RangeError("Array buffer allocation failed"))).toContain("no memory left");
    expect(reasonOf(new Error("missing data file: https://x/data/digits.bin"))).toContain(
      "could not be loaded",
    );
    expect(reasonOf("odd")).toBe("The training stopped: odd");
  });
});

describe("the landing page's examples", () => {
  it("mark the digits that are taken for another one", () => {
    const document = page();
    const host = document.querySelector<HTMLElement>("#e")!;
    const context = {
      createImageData: () => ({ data: new Uint8ClampedArray(256) }),
      putImageData() {},
    };
    document.defaultView!.HTMLCanvasElement.prototype.getContext = (() => context) as never;
    const examples = new Examples(host, new Float32Array(3 * 64), [4, 0, 2]);
    examples.show([4, 1, 2]);
    expect([...host.children].map((tile) => tile.classList.contains("wrong"))).toEqual([
      false,
      true,
      false,
    ]);
    expect(host.textContent).toBe("412");
  });
});
