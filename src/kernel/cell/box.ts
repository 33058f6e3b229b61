/** A variable that closures of several cells share: compiled code reads and writes `v`. */
export abstract class Box {
  declare v: unknown;
}

/**
 * Makes an empty box. Each has a class of its own, so that V8 keeps a number in it in place: with one class for
 * all, 20 M additions to a captured variable took 170 ms, so 69 ms.
 */
export function createBox(): Box {
  return new (class extends Box {})();
}
