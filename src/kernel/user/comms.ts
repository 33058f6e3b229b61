import { clearAsyncStack, skipAsyncHookChecks } from "#door/kernel/user/asyncHooks";
import { after } from "#door/kernel/user/turn";
import type { Comm, CommMessage, Comms } from "../../display/index.js";
import type { CommCall, CommKind } from "../messages.js";
import { CellContext, cellContext } from "./context.js";
import type { Executor } from "./executor.js";
import { NativePromise, stringify } from "./intrinsics.js";
import type { Output } from "./output.js";

/** How many milliseconds the code of an interrupted listener has to clean up. */
const grace = 500;

/** A listener, and the number of the run that registered it. */
interface Listener<Arguments extends unknown[]> {
  run: number;
  call: (...args: Arguments) => void | Promise<void>;
}

/** The listeners of an open channel. */
interface Channel {
  message: Listener<[CommMessage]>[];
  close: Listener<[]>[];
}

/** A message of the front end that is being handled. */
interface Call {
  id: number;
  contexts: CellContext[];
}

/**
 * The channels between the user's code and the front end: see {@link Comms}.
 *
 * The protocol thread numbers the front end's messages and reports each as handled once this class has
 * answered. An interrupt may cut a listener; the next message then finds the cut call and answers for it.
 */
export class CommChannels implements Comms {
  readonly #output: Output;
  readonly #executor: Executor;
  readonly #channels = new Map<string, Channel>();
  readonly #targets = new Map<string, Listener<[Comm, CommMessage]>>();
  readonly #calls = new Map<number, Call>();
  /** The call whose listeners are on the stack. */
  #running: Call | null = null;

  constructor(output: Output, executor: Executor) {
    this.#output = output;
    this.#executor = executor;
  }

  open(
    target: string,
    { id = crypto.randomUUID(), ...message }: Partial<CommMessage> & { id?: string } = {},
  ): Comm {
    const comm = this.#comm(id, target);
    this.#send("open", id, message, target);
    return comm;
  }

  register(
    target: string,
    accept: (comm: Comm, message: CommMessage) => void | Promise<void>,
  ): void {
    this.#targets.set(target, this.#listener(accept));
  }

  /** Handles a message of the front end. */
  receive({ call, kind, id, target, ...message }: CommCall): void {
    skipAsyncHookChecks();
    this.answerCut();
    const state: Call = { id: call, contexts: [] };
    this.#calls.set(call, state);
    this.#running = state;
    const accepted = kind !== "open" || this.#targets.has(target);
    const promises: Promise<void>[] = [];
    this.#executor.beginCall();
    for (const task of this.#tasks(kind, id, target, message)) {
      const context = new CellContext(task.run, call);
      state.contexts.push(context);
      const promise = this.#executor.runTask(context, task.call);
      if (promise !== null) promises.push(promise);
    }
    this.#running = null;
    if (promises.length === 0) this.#answer(state, accepted);
    else void NativePromise.all(promises).then(() => this.#answer(state, accepted));
  }

  /** Stops a call: aborts the signals of its listeners, and waits no longer for their promises. */
  interrupt(call: number): void {
    skipAsyncHookChecks();
    clearAsyncStack();
    this.answerCut();
    const state = this.#calls.get(call);
    if (state === undefined) return;
    for (const context of state.contexts) {
      cellContext.run(context, () => context.interrupt());
      after(grace, () => context.end());
    }
    this.#executor.stopCall();
    this.#answer(state, true);
  }

  /** Answers for a call whose listener a termination has cut: no other message comes while one is on the stack. */
  answerCut(): void {
    const cut = this.#running;
    this.#running = null;
    if (cut === null) return;
    this.#executor.stopCall();
    this.#answer(cut, true);
  }

  *#tasks(
    kind: CommKind,
    id: string,
    target: string,
    message: CommMessage,
  ): Iterable<{ run: number; call: () => void | Promise<void> }> {
    if (kind === "open") {
      const listener = this.#targets.get(target);
      if (listener === undefined) return;
      const { run, call } = listener;
      yield { run, call: () => call(this.#comm(id, target), message) };
      return;
    }
    const channel = this.#channels.get(id);
    if (kind === "close") {
      this.#channels.delete(id);
      for (const { run, call } of channel?.close ?? []) yield { run, call: () => call() };
    } else {
      for (const { run, call } of channel?.message ?? []) yield { run, call: () => call(message) };
    }
  }

  #answer(call: Call, accepted: boolean): void {
    if (this.#calls.delete(call.id)) {
      for (const context of call.contexts) if (!context.interrupted) context.close();
      this.#output.post({ type: "comm-done", call: call.id, accepted });
    }
  }

  #comm(id: string, target: string): Comm {
    const channel: Channel = { message: [], close: [] };
    this.#channels.set(id, channel);
    return {
      id,
      target,
      send: (data, options) => {
        if (this.#channels.get(id) === channel) this.#send("msg", id, { ...options, data });
      },
      close: (data = {}) => {
        if (this.#channels.get(id) !== channel) return;
        this.#channels.delete(id);
        this.#send("close", id, { data });
      },
      onMessage: (listener) => void channel.message.push(this.#listener(listener)),
      onClose: (listener) => void channel.close.push(this.#listener(listener)),
    };
  }

  #listener<Arguments extends unknown[]>(
    call: (...args: Arguments) => void | Promise<void>,
  ): Listener<Arguments> {
    return { run: this.#executor.owner()?.run ?? 0, call };
  }

  #send(
    kind: CommKind,
    id: string,
    { data = {}, metadata = {}, buffers = [] }: Partial<CommMessage>,
    target?: string,
  ): void {
    const content = { comm_id: id, data, ...(target !== undefined && { target_name: target }) };
    const context = this.#executor.owner();
    this.#output.comm({
      type: "comm",
      run: context?.run ?? 0,
      call: context?.call ?? null,
      kind,
      id,
      target: target ?? "",
      json: stringify(content),
      metadata,
      buffers: buffers.map((buffer) => new Uint8Array(buffer)),
    });
  }
}
