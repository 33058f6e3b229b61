/**
 * Breaks a file of the library while Node loads it: `QATLAB_BREAK` has the end of its address, a part of its text, and the
 * text that takes the part's place. The file on the disk stays as it is.
 */
import { register } from "node:module";

const fault = process.env.QATLAB_BREAK;
if (fault) {
  const hooks = `
    const { end, right, wrong } = ${fault};
    export async function load(url, context, next) {
      const loaded = await next(url, context);
      if (!url.endsWith(end)) return loaded;
      return { ...loaded, source: String(loaded.source).replace(right, wrong) };
    }`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}
