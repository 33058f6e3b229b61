import { inspectValue as inspect } from "../../display/index.js";
import type { StreamName } from "../messages.js";

type Write = (name: StreamName, text: string) => void;

/** A console that writes to the cells, with the methods that Node's has. */
export function createConsole(write: Write, clear: () => void): Partial<Console> {
  let indent = "";
  const timers = new Map<string, number>();
  const counts = new Map<string, number>();
  const print = (name: StreamName, ...values: unknown[]) => {
    const text = format(values).replaceAll("\n", `\n${indent}`);
    write(name, `${indent}${text}\n`);
  };
  const out = (...values: unknown[]) => print("stdout", ...values);
  const error = (...values: unknown[]) => print("stderr", ...values);
  const elapsed = (label: string) => {
    const start = timers.get(label);
    if (start === undefined) return error(`No such label '${label}' for console.timeEnd()`);
    out(`${label}: ${(performance.now() - start).toFixed(3)}ms`);
  };
  const group = (...values: unknown[]) => {
    if (values.length > 0) out(...values);
    indent += "  ";
  };
  return {
    log: out,
    info: out,
    debug: out,
    warn: error,
    error,
    clear,
    dir: (value: unknown, options?: { depth?: number }) => out(inspect(value, options)),
    table: (value: unknown) => out(inspect(value, { depth: 3 })),
    assert(condition?: boolean, ...values: unknown[]) {
      if (condition) return;
      if (values.length === 0) error("Assertion failed");
      else error("Assertion failed:", ...values);
    },
    trace(...values: unknown[]) {
      const { stack = "" } = new Error();
      error(`Trace: ${format(values)}\n${stack.split("\n").slice(2).join("\n")}`);
    },
    group,
    groupCollapsed: group,
    groupEnd() {
      indent = indent.slice(2);
    },
    count(label = "default") {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      out(`${label}: ${counts.get(label)}`);
    },
    countReset: (label = "default") => void counts.delete(label),
    time: (label = "default") => void timers.set(label, performance.now()),
    timeLog: (label = "default") => elapsed(label),
    timeEnd(label = "default") {
      elapsed(label);
      timers.delete(label);
    },
  };
}

/** The text of values: `%s`, `%d`, `%i`, `%f`, `%j`, `%o`, `%O` and `%c` stand in the first one for those after it. */
export function format(values: readonly unknown[]): string {
  const [first, ...rest] = values;
  const shown: string[] = [];
  if (typeof first === "string") {
    shown.push(
      first.replace(/%([sdifjoOc%])/g, (mark, kind: string) => {
        if (kind === "%") return "%";
        if (rest.length === 0) return mark;
        const value = rest.shift();
        if (kind === "s") return typeof value === "string" ? value : inspect(value, { depth: 0 });
        if (kind === "d") return String(Number(value));
        if (kind === "i") return String(Number.parseInt(String(value), 10));
        if (kind === "f") return String(Number.parseFloat(String(value)));
        if (kind === "j") return JSON.stringify(value);
        return kind === "c" ? "" : inspect(value);
      }),
    );
  } else if (values.length > 0) shown.push(inspect(first));
  for (const value of rest) shown.push(typeof value === "string" ? value : inspect(value));
  return shown.join(" ");
}
