/** The parts of JupyterLab that are used here. The page has them; they aren't among our packages. */

/** A notebook as its file holds it, as far as it is looked at. */
export interface NotebookContent {
  cells: { cell_type: string; source: string | string[] }[];
  metadata: Record<string, unknown>;
}

/** JupyterLab's files. In JupyterLite they are the site's, and the reader's copies that cover them. */
export interface Contents {
  save(path: string, model: object): Promise<unknown>;
  delete(path: string): Promise<void>;
}

/** An opened notebook's file. */
export interface Context {
  readonly path: string;
  readonly ready: Promise<void>;
  readonly model: {
    readonly dirty: boolean;
    toJSON(): unknown;
    setMetadata(name: string, value: unknown): void;
  };
  save(): Promise<void>;
  revert(): Promise<void>;
}

/** An opened notebook. */
export interface Panel {
  readonly toolbar: { insertItem(index: number, name: string, widget: object): boolean };
  readonly sessionContext: {
    readonly session: { readonly kernel: { restart(): Promise<void> } | null } | null;
  };
}

export interface Application {
  /** Settles when the page is drawn. */
  readonly restored: Promise<void>;
  readonly docRegistry: {
    addWidgetExtension(
      name: string,
      extension: { createNew(panel: Panel, context: Context): void },
    ): void;
  };
  readonly serviceManager: { readonly contents: Contents };
}

/** JupyterLab's notices, dialogs and buttons. */
export interface Apputils {
  Notification: {
    warning(text: string, options: NoticeOptions): string;
    success(text: string, options: NoticeOptions): string;
  };
  showDialog(options: {
    title: string;
    body: string;
    buttons: object[];
  }): Promise<{ button: { accept: boolean } }>;
  showErrorMessage(title: string, text: string): Promise<void>;
  Dialog: { cancelButton(): object; warnButton(options: { label: string }): object };
  ToolbarButton: new (options: { label: string; tooltip: string; onClick: () => void }) => object;
}

interface NoticeOptions {
  autoClose: number | false;
  actions?: { label: string; callback: () => void }[];
}
