import type { DataId } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";

/** A session that holds values of variables. */
export interface Holder {
  /** The variables that the session changes. */
  readonly changed: readonly tf.Variable[];
  /** Tensors of the values of all changed variables, in one run: TensorFlow prepares anew for each new set of fetches. */
  fetch(): tf.Tensor[];
}

/** Where the value of a variable is. */
interface Residence {
  /** The values that tfjs has. They are the variable's values unless a session is ahead. */
  dataId: DataId;
  /** The session that has a newer value. */
  ahead: Holder | undefined;
  /** The sessions whose value is the variable's. */
  current: Set<Holder>;
}

const residences = new WeakMap<tf.Variable, Residence>();
let watcher: ((variable: tf.Variable, id: DataId) => void) | undefined;

/** @internal Calls `watch` for each variable that a session hands over, until the result is called. */
export function watchReads(watch: (variable: tf.Variable, id: DataId) => void): () => void {
  const outer = watcher;
  watcher = watch;
  return () => {
    watcher = outer;
  };
}

/** @internal The values that tfjs has of a variable; `undefined` if a session is ahead of them. */
export function peek(variable: tf.Variable): DataId | undefined {
  const residence = residences.get(variable);
  if (!residence) return variable.dataId;
  return residence.ahead ? undefined : residence.dataId;
}

/**
 * Lets sessions hold the variable's value. Reading the variable, by tfjs or by hand, fetches the newest value;
 * assigning it makes the sessions' values outdated.
 */
function share(variable: tf.Variable): Residence {
  const earlier = residences.get(variable);
  if (earlier) return earlier;
  const residence: Residence = { dataId: variable.dataId, ahead: undefined, current: new Set() };
  residences.set(variable, residence);
  Object.defineProperty(variable, "dataId", {
    configurable: true,
    enumerable: true,
    get() {
      if (residence.ahead) pull(residence.ahead);
      return residence.dataId;
    },
    set(id: DataId) {
      residence.dataId = id;
      residence.ahead = undefined;
      residence.current.clear();
    },
  });
  return residence;
}

/** @internal Whether a session has the variable's newest value. */
export function isCurrent(variable: tf.Variable, holder: Holder): boolean {
  return residences.get(variable)?.current.has(holder) ?? false;
}

/** @internal Notes that a session was given the variable's value. */
export function loaded(variable: tf.Variable, holder: Holder): void {
  share(variable).current.add(holder);
}

/** @internal Notes that a session has changed the variable. */
export function advanced(variable: tf.Variable, holder: Holder): void {
  const residence = residences.get(variable);
  if (!residence || residence.ahead === holder) return;
  residence.ahead = holder;
  residence.current.clear();
  residence.current.add(holder);
}

/** @internal Notes that a session ends: variables take the values that only this session has. */
export function leave(variables: Iterable<tf.Variable>, holder: Holder): void {
  for (const variable of variables) {
    const residence = residences.get(variable);
    if (!residence) continue;
    if (residence.ahead === holder && !variable.isDisposed) pull(holder);
    residence.ahead = residence.ahead === holder ? undefined : residence.ahead;
    residence.current.delete(holder);
    if (residence.current.size === 0) unshare(variable, residence);
  }
}

/** Makes `dataId` a plain property again. */
function unshare(variable: tf.Variable, { dataId }: Residence): void {
  residences.delete(variable);
  Object.defineProperty(variable, "dataId", {
    configurable: true,
    enumerable: true,
    writable: true,
    value: dataId,
  });
}

/** Fetches the values that only a session has. */
function pull(holder: Holder): void {
  const values = holder.fetch();
  holder.changed.forEach((variable, i) => {
    const residence = residences.get(variable);
    if (residence?.ahead === holder && !variable.isDisposed) place(variable, residence, values[i]!);
    else values[i]!.dispose();
  });
}

/** Puts the values of a tensor, which is disposed of, in the place of those that tfjs has. */
function place(variable: tf.Variable, residence: Residence, fresh: tf.Tensor): void {
  const engine = tf.engine();
  residence.ahead = undefined;
  engine.disposeTensor(variable);
  residence.dataId = fresh.dataId;
  engine.incRef(variable, null as never);
  fresh.dispose();
  watcher?.(variable, residence.dataId);
}
