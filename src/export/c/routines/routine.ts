/** @internal A static function of C, with the functions and types that it needs before it. */
export interface Routine {
  /** The name in C. */
  readonly name: string;
  readonly needs?: readonly Routine[];
  /** The function's text, or that of a type. */
  readonly text: string;
}

/** @internal The routines and what they need, each once, in an order in which C can read them. */
export function inOrder(routines: Iterable<Routine>): Routine[] {
  const ordered = new Map<string, Routine>();
  const visit = (routine: Routine): void => {
    if (ordered.has(routine.name)) return;
    for (const needed of routine.needs ?? []) visit(needed);
    ordered.set(routine.name, routine);
  };
  for (const routine of routines) visit(routine);
  return [...ordered.values()];
}
