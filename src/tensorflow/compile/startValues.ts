import type { DataId } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";
import { type Recordable, recordable } from "./recordable.js";
import { peek } from "./residence.js";

/** @internal The variables that there were when a call began, and the values that they had. */
export class StartValues {
  /** The values that each variable had when the call began, or that a session gave it since. */
  private readonly values = new Map<tf.Variable, DataId>();
  private readonly variables = new WeakMap<DataId, tf.Variable>();
  private readonly known = new Set<tf.Variable>(registered());
  private readonly kept = new Map<tf.Variable, tf.Tensor>();
  private readonly backend: Recordable = recordable();

  /**
   * @param keep whether values that a call replaces are kept for {@link restore}, until {@link release}
   */
  constructor(private readonly keep: boolean) {
    for (const variable of this.known) {
      const id = peek(variable);
      if (!id) continue;
      // Other tensors with the same values aren't the variable: they stay as they are when the variable
      // changes.
      if (this.backend.refCount(id) > 1) this.backend.separate(variable);
      this.note(variable, variable.dataId);
    }
  }

  /** Notes the values that a variable has at the start. */
  note(variable: tf.Variable, id: DataId): void {
    if (this.values.has(variable)) return;
    this.values.set(variable, id);
    this.variables.set(id, variable);
    if (this.keep) this.kept.set(variable, this.backend.keepAlive(id));
  }

  /** Takes a variable that the call's own machinery makes for one that was there at the start. */
  adopt(variable: tf.Variable): void {
    this.known.add(variable);
    this.note(variable, variable.dataId);
  }

  /** The variable whose first values these are. */
  variableOf(id: DataId): tf.Variable | undefined {
    return this.variables.get(id);
  }

  /** Whether a variable still has the value that it had at the start. */
  has(variable: tf.Variable): boolean {
    return this.values.get(variable) === variable.dataId;
  }

  /** The variables that have other values now. */
  changed(): tf.Variable[] {
    return [...this.values].flatMap(([variable, id]) => {
      const now = variable.isDisposed ? undefined : peek(variable);
      return now && now !== id ? [variable] : [];
    });
  }

  /** The variables that weren't there at the start. */
  created(): tf.Variable[] {
    return registered().filter((variable) => !this.known.has(variable));
  }

  /** Gives the variables their first values back. */
  restore(): void {
    for (const variable of this.changed()) variable.assign(this.kept.get(variable)!);
  }

  release(): void {
    tf.dispose([...this.kept.values()]);
    this.kept.clear();
  }
}

function registered(): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables) as tf.Variable[];
}
