/** A file or a folder of JupyterLab's. */
interface Entry {
  name: string;
  path: string;
  type: string;
  format: string | null;
  content: unknown;
}

/** JupyterLab's files. */
export interface Contents {
  get(path: string, options?: { content: boolean }): Promise<Entry>;
  readonly fileChanged: {
    connect(listener: (sender: unknown, change: { newValue: Partial<Entry> | null }) => void): void;
  };
}

/** The reader's files beside the notebooks, which cells read by name: those that are there, and each that comes. */
export class ReaderFiles {
  readonly #contents: Contents;
  readonly #files = new Map<string, Blob>();
  readonly #takers = new Set<(name: string, file: Blob) => void>();

  constructor(contents: Contents) {
    this.#contents = contents;
    contents.fileChanged.connect((_, { newValue }) => {
      if (newValue?.type === "file" && newValue.path !== undefined) void this.#read(newValue.path);
    });
    void this.#readAll();
  }

  /**
   * Gives each file to `take`, now and when one comes or changes.
   *
   * @returns the function that ends it
   */
  follow(take: (name: string, file: Blob) => void): () => void {
    for (const [name, file] of this.#files) take(name, file);
    this.#takers.add(take);
    return () => void this.#takers.delete(take);
  }

  async #readAll(): Promise<void> {
    const folder = await this.#contents.get("", { content: true }).catch(() => undefined);
    for (const { type, path } of (folder?.content ?? []) as Entry[]) {
      if (type === "file") await this.#read(path);
    }
  }

  async #read(path: string): Promise<void> {
    const entry = await this.#contents.get(path, { content: true }).catch(() => undefined);
    if (entry === undefined) return;
    const file = blobOf(entry);
    this.#files.set(path, file);
    for (const take of this.#takers) take(path, file);
  }
}

function blobOf({ format, content }: Entry): Blob {
  if (format === "base64") {
    return new Blob([Uint8Array.from(atob(String(content)), (sign) => sign.charCodeAt(0))]);
  }
  return new Blob([format === "json" ? JSON.stringify(content) : String(content ?? "")]);
}
