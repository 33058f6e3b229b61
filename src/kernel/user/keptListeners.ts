type Listener = (...args: any[]) => void;

/** The events by which Node itself learns that a signal is listened to. */
const ofNode = ["newListener", "removeListener"];

/**
 * Lets the kernel's listeners of `process` stay when a cell removes all listeners: without them the next error
 * in a callback, or Ctrl+C, would end the kernel.
 *
 * @param kept the kernel's listeners, by event; they are added to `process` here
 */
export function keepListeners(kept: Record<string, Listener>): void {
  const { removeListener, rawListeners, eventNames } = process;
  for (const [event, listener] of Object.entries(kept)) process.on(event, listener);
  const isKept = (event: string | symbol, listener: unknown) =>
    ofNode.includes(String(event)) || kept[String(event)] === listener;

  function remove(event: string | symbol, listener: Listener): NodeJS.Process {
    return isKept(event, listener) ? process : removeListener.call(process, event, listener);
  }

  function removeAll(...[only]: [event?: string | symbol]): NodeJS.Process {
    const events = only === undefined ? eventNames.call(process) : [only];
    for (const event of events) {
      for (const listener of rawListeners.call(process, event)) remove(event, listener as Listener);
    }
    return process;
  }

  Object.assign(process, { removeListener: remove, off: remove, removeAllListeners: removeAll });
}
