import { AsyncLocalStorage } from "node:async_hooks";

/** Whether code finds its value after an `await`, and in the callbacks that it has set. */
export const followsCode = true;

/** A value for some code and all that it starts, however much later that runs. */
export class Storage<T> extends AsyncLocalStorage<T> {}
