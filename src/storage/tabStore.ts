import { type Change, type Database, openDatabase } from "./database.js";

/**
 * @internal
 * Texts by name that outlive a tab. They are read at once, from memory; changes go to the browser's storage in the background,
 * in their order. Where the browser forbids storage or has no space, the texts live as long as the tab, and a warning says so
 * once.
 */
export class TabStore {
  /** Settles when the texts of earlier tabs are there. */
  readonly opened: Promise<void>;
  readonly #texts = new Map<string, string>();
  /** Changes from before the texts were there. */
  #early: [name: string, change: Change][] | undefined = [];
  #database: Database | undefined;
  #last: Promise<void> = Promise.resolve();
  #warned = false;

  constructor(open: () => Promise<Database> = openDatabase) {
    this.opened = this.#open(open);
  }

  /** A text; empty if there is none. */
  read(name: string): string {
    return this.#texts.get(name) ?? "";
  }

  /** Changes a text; the change is applied again to the text that another tab may have written meanwhile. */
  change(name: string, change: Change): void {
    this.#texts.set(name, change(this.read(name)));
    if (this.#early) this.#early.push([name, change]);
    else this.#keep(name, change);
  }

  /** Settles when all changes so far are kept, or couldn't be. */
  async flushed(): Promise<void> {
    await this.opened;
    await this.#last;
  }

  async #open(open: () => Promise<Database>): Promise<void> {
    try {
      this.#database = await open();
      for (const [name, text] of await this.#database.all()) this.#texts.set(name, text);
    } catch {
      this.#database = undefined;
    }
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const [name, change] of early) {
      if (this.#database) this.#texts.set(name, change(this.read(name)));
      this.#keep(name, change);
    }
  }

  #keep(name: string, change: Change): void {
    this.#last = this.#last.then(async () => {
      try {
        if (!this.#database) throw new Error("the browser forbids storage here");
        await this.#database.change(name, change);
      } catch (error) {
        this.#warn(String((error as Error | null)?.message ?? error));
      }
    });
  }

  #warn(reason: string): void {
    if (this.#warned) return;
    this.#warned = true;
    console.warn(
      `qatlab keeps progress and studies only as long as this tab lives: ${reason} (storage may be full, or forbidden as in some private windows)`,
    );
  }
}

let shared: TabStore | undefined;

/** @internal The one store of this page or worker, opened at its first use. */
export function tabStore(): TabStore {
  shared ??= new TabStore();
  return shared;
}
