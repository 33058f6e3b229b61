const [database, table] = ["qatlab", "texts"];

/** A step on a text that is kept, within one transaction: the next text comes of the one that is there. */
export type Change = (text: string) => string;

/** @internal The texts that a browser keeps for a site, in IndexedDB; pages and workers of the site share them. */
export interface Database {
  /** All texts by their names. */
  all(): Promise<Map<string, string>>;
  /** Changes a text as a whole, so that two tabs lose nothing of each other. */
  change(name: string, change: Change): Promise<void>;
}

/**
 * @internal
 * Opens the database.
 *
 * @throws Error if the browser has none or forbids it, as in some private windows
 */
export async function openDatabase(): Promise<Database> {
  if (typeof indexedDB === "undefined") throw new Error("the browser has no IndexedDB here");
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => void request.result.createObjectStore(table);
  const db = await result(request);
  const open = (mode: IDBTransactionMode) => db.transaction(table, mode).objectStore(table);
  return {
    async all() {
      const store = open("readonly");
      const [keys, values] = await Promise.all([
        result(store.getAllKeys()),
        result(store.getAll()),
      ]);
      return new Map(keys.map((key, i) => [String(key), String(values[i])]));
    },
    async change(name, change) {
      const store = open("readwrite");
      const before = await result(store.get(name));
      store.put(change(before ?? ""), name);
      await ended(store.transaction);
    },
  };
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}
