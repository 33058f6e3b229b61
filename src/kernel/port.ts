/** The end of a channel between two threads, a worker or `self`: what Node's and browsers' have in common. */
export interface Port {
  postMessage(message: unknown, transfer?: any): void;
}
