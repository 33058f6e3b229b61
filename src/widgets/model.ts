import { type Comm, type CommMessage, type Comms, findHost } from "../display/index.js";
import { join, split } from "./buffers.js";

/** The model and the view of the front end that stand for a widget. */
export interface ModelKind {
  module: string;
  version: string;
  model: string;
  /** Default: the widget has no view of its own. */
  view?: string;
  /** The module of the view. Default: the model's. */
  viewModule?: string;
}

type State = Record<string, unknown>;

/** The version of the widgets' messaging protocol. */
const protocol = { version: "2.1.0" };

const live = new Map<string, Model>();
const prepared = new WeakSet<Comms>();

/**
 * A widget's state, in step with its model in the front end. Where there is no front end, the state is all there is.
 *
 * Source: Jupyter widgets' messaging protocol 2.1.0. The model of a cell's widget is closed when the cell runs again.
 */
export class Model {
  readonly id: string;
  readonly kind: ModelKind;
  readonly #state: State;
  readonly #comm: Comm | undefined;
  readonly #listeners: (() => void | Promise<void>)[] = [];

  constructor(kind: ModelKind, state: State) {
    this.kind = kind;
    const { module, version, model, view, viewModule = module } = kind;
    this.#state = {
      _model_module: module,
      _model_module_version: version,
      _model_name: model,
      _view_module: view ? viewModule : null,
      _view_module_version: view ? version : "",
      _view_name: view ?? null,
      _view_count: null,
      ...state,
    };
    const host = findHost();
    if (host.comms) answerControl(host.comms);
    const { state: data, paths, buffers } = split(this.#state);
    this.#comm = host.comms?.open("jupyter.widget", {
      data: { state: data, buffer_paths: paths },
      metadata: protocol,
      buffers,
    });
    this.id = this.#comm?.id ?? globalThis.crypto.randomUUID();
    if (!this.#comm) return;
    live.set(this.id, this);
    this.#comm.onMessage((message) => this.#receive(message));
    this.#comm.onClose(() => void live.delete(this.id));
    host.beforeRerun?.(() => this.close());
  }

  /** Whether a front end may show the widget. */
  get isLive(): boolean {
    return live.has(this.id);
  }

  get state(): Readonly<State> {
    return this.#state;
  }

  /** Changes the state here and in the front end, then calls the listeners of what has changed. */
  set(changes: State): void {
    Object.assign(this.#state, changes);
    this.#send("update", changes);
    for (const tell of [...this.#listeners]) void tell();
  }

  /**
   * Has `listener` be called after each change of `key`, whoever made it. Changes of the reader's are told in the
   * context of the cell that calls this method.
   */
  onChange(key: string, listener: (value: unknown) => void | Promise<void>): void {
    let last = this.#state[key];
    const tell = () => {
      const value = this.#state[key];
      if (Object.is(value, last)) return;
      last = value;
      return listener(value);
    };
    this.#listeners.push(tell);
    this.#comm?.onMessage(tell);
  }

  /** Has `listener` take the messages that aren't states, such as the click of a button. */
  onCustom(listener: (content: unknown, buffers: Uint8Array[]) => void | Promise<void>): void {
    this.#comm?.onMessage(({ data, buffers }) => {
      if (data.method === "custom") return listener(data.content, buffers);
    });
  }

  sendCustom(content: unknown, buffers: Uint8Array[] = []): void {
    this.#comm?.send({ method: "custom", content }, { buffers });
  }

  close(): void {
    live.delete(this.id);
    this.#comm?.close();
  }

  #receive({ data, buffers }: CommMessage): void {
    if (data.method === "request_state") this.#send("update", this.#state);
    if (data.method !== "update" || typeof data.state !== "object" || data.state === null) return;
    const changes = data.state as State;
    // A second page of the same notebook follows the echo.
    this.#comm?.send({ method: "echo_update", state: changes, buffer_paths: [] });
    join(changes, data.buffer_paths, buffers);
    Object.assign(this.#state, changes);
  }

  #send(method: string, state: State): void {
    const { state: data, paths, buffers } = split(state);
    this.#comm?.send({ method, state: data, buffer_paths: paths }, { buffers });
  }
}

/** A reference to a model inside the state of another one. */
export function reference({ id }: Model): string {
  return `IPY_MODEL_${id}`;
}

/** Tells a page that has been opened, or loaded again, the states of all models. */
function answerControl(comms: Comms): void {
  if (prepared.has(comms)) return;
  prepared.add(comms);
  comms.register("jupyter.widget.control", (comm) => {
    comm.onMessage(({ data }) => {
      if (data.method !== "request_states") return;
      const { state, paths, buffers } = split(states());
      comm.send({ method: "update_states", states: state, buffer_paths: paths }, { buffers });
    });
  });
}

function states(): State {
  const entries = [...live].map(([id, { kind, state }]) => [
    id,
    {
      model_name: kind.model,
      model_module: kind.module,
      model_module_version: kind.version,
      state: { ...state },
    },
  ]);
  return Object.fromEntries(entries);
}
