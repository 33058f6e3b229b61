import { byId, element } from "./elements.js";

const percent = (share: number) => `${(100 * share).toFixed(share > 0.9995 ? 0 : 1)} %`;

const argMax = (shares: ArrayLike<number>) =>
  Array.from(shares).indexOf(Math.max(...Array.from(shares)));

/** One model's answer: the probability of each class. */
export interface Answer {
  readonly name: string;
  readonly shares: Float32Array;
}

/** The bars of all classes, a column for each model. */
export class Answers {
  readonly #classes: readonly string[];
  readonly #cells: { bar: HTMLElement; text: HTMLElement; cell: HTMLElement }[][] = [];

  constructor(classes: readonly string[], names: readonly string[]) {
    this.#classes = classes;
    const head = element("tr", {}, element("th", { scope: "col" }, "class"));
    for (const name of names) head.append(element("th", { scope: "col" }, name));
    const body = element("tbody");
    for (const label of classes) {
      const row = element("tr", {}, element("th", { scope: "row" }, label));
      this.#cells.push(
        names.map(() => {
          const bar = element("span", { class: "bar" });
          const text = element("span", { class: "share" }, "–");
          const cell = element("td", {}, element("span", { class: "track" }, bar), text);
          row.append(cell);
          return { bar, text, cell };
        }),
      );
      body.append(row);
    }
    byId("answers").append(element("thead", {}, head), body);
  }

  show(answers: readonly Answer[]): void {
    const named = answers.map(({ shares }) => argMax(shares));
    for (const [row, cells] of this.#cells.entries()) {
      for (const [column, { bar, text, cell }] of cells.entries()) {
        const share = answers[column]!.shares[row]!;
        bar.style.width = `${100 * share}%`;
        text.textContent = percent(share);
        cell.classList.toggle("named", named[column] === row);
      }
    }
    byId("verdict").textContent = this.#verdict(answers, named);
  }

  #verdict(answers: readonly Answer[], named: readonly number[]): string {
    const label = (i: number) => this.#classes[named[i]!]!;
    const sure = (i: number) => percent(answers[i]!.shares[named[i]!]!);
    if (answers.length === 1) return `The integers say ${label(0)} (${sure(0)}).`;
    if (named[0] === named[1])
      return `Both say ${label(0)}: ${sure(0)} in float, ${sure(1)} in integers.`;
    return `Float says ${label(0)} (${sure(0)}), the integers say ${label(1)} (${sure(1)}).`;
  }

  clear(): void {
    for (const cells of this.#cells) {
      for (const { bar, text, cell } of cells) {
        bar.style.width = "0";
        text.textContent = "–";
        cell.classList.remove("named");
      }
    }
    byId("verdict").textContent = "Draw, or choose an example.";
  }
}
