import { describe, expect, it } from "vitest";
import { displaySymbol } from "../../src/display/index.js";
import { History } from "../../src/train/history.js";

describe("History", () => {
  it("shows its last epoch in one line, and stays an array", () => {
    const history = new History();
    expect(history[displaySymbol]()["text/plain"]).toBe("no epoch was finished");
    history.push({ epoch: 1, loss: 2, accuracy: 0.25 });
    expect(history[displaySymbol]()["text/plain"]).toBe("1 epoch: loss 2.0000, accuracy 0.2500");
    history.push({ epoch: 2, loss: 1, accuracy: 0.5, validationLoss: 1, validationAccuracy: 0.4 });
    expect(history[displaySymbol]()["text/plain"]).toBe(
      "2 epochs: loss 1.0000, accuracy 0.5000, validation accuracy 0.4000",
    );
    history.push({ epoch: 3, loss: 1e-6, mae: 0.5, validationLoss: 2, validationMae: 1 });
    expect(history[displaySymbol]()["text/plain"]).toBe(
      "3 epochs: loss 1.00e-6, mae 0.5000, validation mae 1.0000",
    );
    history.pop();
    const losses = history.map(({ loss }) => loss);
    expect(losses).toEqual([2, 1]);
    expect(losses).not.toBeInstanceOf(History);
  });
});
