/** An option that can be chosen for an item. */
export interface Option {
  score: number;
  cost: number;
}

interface State {
  score: number;
  cost: number;
  /** The option taken last, and the state before it. */
  taken: number;
  before: State | undefined;
}

/**
 * @internal
 * Chooses an option for each item, so that the sum of scores is least while the sum of costs stays within the
 * budget (the multiple-choice knapsack problem). Item by item, the function keeps all sums for which no other
 * sum has both less score and less cost, so the choice is exact for costs of any kind. Kellerer, Pferschy and
 * Pisinger 2004, Knapsack Problems, section 11.5.
 *
 * @returns the index of each item's option; `undefined` if even the cheapest options exceed the budget
 */
export function exactChoice(items: readonly Option[][], budget: number): number[] | undefined {
  let states: State[] = [{ score: 0, cost: 0, taken: -1, before: undefined }];
  // The least cost of the items that follow.
  let rest = items.reduce((sum, options) => sum + cheapest(options), 0);
  for (const options of items) {
    rest -= cheapest(options);
    const next = states.flatMap((before) =>
      options.map((option, taken) => ({
        score: before.score + option.score,
        cost: before.cost + option.cost,
        taken,
        before,
      })),
    );
    states = undominated(next.filter(({ cost }) => cost + rest <= budget));
  }
  let state: State | undefined = states.at(-1);
  if (!state) return undefined;
  const taken: number[] = [];
  for (; state?.before; state = state.before) taken.unshift(state.taken);
  return taken;
}

/**
 * @internal
 * Chooses as {@link exactChoice} does, but step by step: it starts with the least score of each item, then
 * always takes the cheaper option that raises the score least for each unit of cost saved, until the costs are
 * within the budget.
 */
export function greedyChoice(items: readonly Option[][], budget: number): number[] | undefined {
  const taken = items.map((options) => {
    const least = Math.min(...options.map(({ score }) => score));
    return options.findIndex(({ score }) => score === least);
  });
  for (;;) {
    const cost = taken.reduce((sum, option, item) => sum + items[item]![option]!.cost, 0);
    if (cost <= budget) return taken;
    let best = { price: Number.POSITIVE_INFINITY, item: -1, option: -1 };
    items.forEach((options, item) => {
      const now = options[taken[item]!]!;
      options.forEach((other, option) => {
        const price = (other.score - now.score) / (now.cost - other.cost);
        if (other.cost < now.cost && price < best.price) best = { price, item, option };
      });
    });
    if (best.item < 0) return undefined;
    taken[best.item] = best.option;
  }
}

function cheapest(options: Option[]): number {
  return Math.min(...options.map(({ cost }) => cost));
}

/** The states for which no other has both less cost and less score, in rising order of cost. */
function undominated(states: State[]): State[] {
  states.sort((a, b) => a.cost - b.cost || a.score - b.score);
  const kept: State[] = [];
  for (const state of states) {
    if (kept.length === 0 || state.score < kept.at(-1)!.score) kept.push(state);
  }
  return kept;
}
