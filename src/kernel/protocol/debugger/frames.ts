import type { Debugger, Runtime } from "node:inspector";
import type { Inspector } from "./inspector.js";
import type { CellNames, Source, Sources } from "./sources.js";
import type { Values } from "./values.js";

/** A frame of the stack that stands in the user's code. */
export interface Frame {
  frame: Debugger.CallFrame;
  source: Source;
  /** The line in the source, counted from 1; undefined in code that the compiler has added. */
  line: number | undefined;
  /** Whether it is a cell's own code, outside of functions. */
  isCell: boolean;
}

/** Joins scopes to one object, the inner first. A variable in a box stands under its own name. */
const join = `function (suffix, hidden, ...scopes) {
  const out = Object.create(null);
  for (const scope of scopes) {
    for (const key of Object.getOwnPropertyNames(scope)) {
      let value;
      try {
        value = scope[key];
      } catch {
        continue; // its declaration hasn't run
      }
      const isMade = suffix !== "" && key.endsWith(suffix);
      if (hidden.includes(key) || (isMade && !(value && Object.hasOwn(value, "v")))) continue;
      const name = isMade ? key.slice(0, -suffix.length) : key;
      if (!(name in out)) out[name] = isMade ? value.v : value;
    }
  }
  return out;
}`;

const hidden = ["this", "arguments", "require", "exports", "module", "__filename", "__dirname"];

/**
 * The frames in cells and local modules, from the top of the stack down to the cell's own code.
 *
 * @param scripts the URLs of V8's scripts
 */
export function userFrames(
  callFrames: Debugger.CallFrame[],
  scripts: ReadonlyMap<string, string>,
  sources: Sources,
): Frame[] {
  const frames: Frame[] = [];
  for (const frame of callFrames) {
    const { scriptId, lineNumber, columnNumber = 0 } = frame.location;
    const source = sources.at(scripts.get(scriptId) ?? "");
    if (source === undefined) continue;
    const line = source.lines.sourceLine(lineNumber, columnNumber);
    const isCell = frame.functionName === source.names?.main;
    frames.push({ frame, source, line: line === undefined ? undefined : line + 1, isCell });
    if (isCell) break;
  }
  return frames;
}

/** The scopes of a frame, with numbers for their variables. */
export async function scopesOf(
  { frame, source, isCell }: Frame,
  inspector: Inspector,
  values: Values,
): Promise<{ name: string; reference: number }[]> {
  const own = ["local", "block", "catch", "with", "eval"];
  const groups = isCell
    ? [{ name: "Cell", types: own }]
    : [
        { name: "Local", types: own },
        { name: "Closure", types: ["closure"] },
      ];
  const scopes: { name: string; reference: number }[] = [];
  for (const { name, types } of groups) {
    const ids = frame.scopeChain.flatMap(({ type, object }) =>
      types.includes(type) && object.objectId !== undefined ? [object.objectId] : [],
    );
    if (ids.length === 0) continue;
    const id = await joined(ids, source.names, inspector);
    if (id !== undefined) scopes.push({ name, reference: values.refer(id, true) });
  }
  return scopes;
}

async function joined(
  scopes: string[],
  names: CellNames | undefined,
  inspector: Inspector,
): Promise<string | undefined> {
  const { result } = await inspector.post<{ result: Runtime.RemoteObject }>(
    "Runtime.callFunctionOn",
    {
      objectId: scopes[0],
      functionDeclaration: join,
      arguments: [
        { value: names?.suffix ?? "" },
        { value: hidden },
        ...scopes.map((objectId) => ({ objectId })),
      ],
    },
  );
  return result.objectId;
}

/** The names of the boxes that code in a frame can see, without the compiler's ending. */
export async function boxesOf({ frame, source }: Frame, inspector: Inspector): Promise<string[]> {
  const suffix = source.names?.suffix;
  if (suffix === undefined) return [];
  const names = new Set<string>();
  for (const { type, object } of frame.scopeChain) {
    if (type === "global" || object.objectId === undefined) continue;
    const { result } = await inspector.post<{ result: Runtime.PropertyDescriptor[] }>(
      "Runtime.getProperties",
      { objectId: object.objectId, ownProperties: true },
    );
    for (const { name } of result) {
      if (name.endsWith(suffix)) names.add(name.slice(0, -suffix.length));
    }
  }
  return [...names];
}
