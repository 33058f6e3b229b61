/** A variable that closures of several cells share: compiled code reads and writes `v`. */
export class Box {
  constructor(public v: unknown) {}
}
