/** The tasks for the next run of a cell, by the front end's name of the cell. A cell without a name has none. */
export class RerunTasks {
  readonly #tasks = new Map<string, (() => void)[]>();

  add(place: string, task: () => void): void {
    if (place !== "") this.#tasks.set(place, [...(this.#tasks.get(place) ?? []), task]);
  }

  /** The tasks of a cell, which no later run has. */
  take(place: string): (() => void)[] {
    const tasks = this.#tasks.get(place) ?? [];
    this.#tasks.delete(place);
    return tasks;
  }
}
