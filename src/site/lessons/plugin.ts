import { type SharedScope, shared } from "../../jupyterlab/index.js";
import { openDatabase } from "../../storage/index.js";
import { startAfresh } from "./afresh.js";
import { endedBadly } from "./crash.js";
import type { Application, Apputils, Context, NotebookContent, Panel } from "./host.js";
import { begunFrom, originOf } from "./lesson.js";
import { leadToBook } from "./links.js";
import { takeDroppedFiles } from "./ownData.js";
import { words } from "./words.js";

/** Toolbar places after the buttons that run cells. */
const place = 9;

/**
 * The JupyterLite plugin for lessons: starts a lesson afresh, says when a copy hides a newer text, changes between the quick and
 * the full form, and saves the reader's text when the tab is left.
 *
 * @param scope the packages that JupyterLite shares
 * @param site the address of JupyterLite's folder
 */
export async function createLessons(scope: SharedScope, site: string) {
  const apputils = (await shared(scope, "@jupyterlab/apputils")) as unknown as Apputils;
  const { Notification, ToolbarButton } = apputils;
  const say = (text: string, actions: Action[] = []) =>
    void Notification.warning(text, { autoClose: false, actions });

  /** The lesson as the site has it; undefined if it has none of that name. */
  async function served({ path }: Context): Promise<NotebookContent | undefined> {
    const response = await fetch(new URL(`files/${encodeURI(path)}`, site));
    return response.ok ? ((await response.json()) as NotebookContent) : undefined;
  }

  async function restart(panel: Panel, context: Context): Promise<void> {
    const { showDialog, Dialog } = apputils;
    const buttons = [Dialog.cancelButton(), Dialog.warnButton({ label: "Start afresh" })];
    const title = "Start this lesson afresh?";
    const { button } = await showDialog({ title, body: words.ask, buttons });
    if (!button.accept) return;
    const text = await served(context).catch(() => undefined);
    if (!text) return say(words.unreached);
    try {
      const options = { served: text, now: new Date() };
      const kept = await startAfresh(context, application!.serviceManager.contents, options);
      await panel.sessionContext.session?.kernel?.restart();
      Notification.success(kept ? words.kept(kept) : words.fresh, { autoClose: 10_000 });
    } catch (error) {
      const reason = words.failed((error as Error).message);
      await apputils.showErrorMessage("The lesson wasn't started afresh", reason);
    }
  }

  /** Says when the reader's copy hides a newer text. */
  async function compare(panel: Panel, context: Context): Promise<void> {
    const begun = originOf(context.model.toJSON() as NotebookContent);
    const text = await served(context).catch(() => undefined);
    const newest = text && originOf(text);
    if (newest === undefined || newest === begun) return;
    const keep = () => context.model.setMetadata(begunFrom, { begun: newest });
    say(words.changed, [
      { label: "Start afresh", callback: () => void restart(panel, context) },
      { label: "Keep my copy", callback: () => void keep() },
    ]);
  }

  function open(panel: Panel, context: Context): void {
    const full = new URLSearchParams(location.search).has("full");
    const afresh = new ToolbarButton({
      label: "Start afresh",
      tooltip: "Gives the lesson the site's text again; a changed copy is kept",
      onClick: () => void restart(panel, context),
    });
    const form = new ToolbarButton({
      label: full ? "Quick form" : "Full form",
      tooltip: full
        ? "Reloads the page for the quick form: fewer seeds and epochs"
        : "Reloads the page for the full form, with all seeds and epochs: minutes in place of seconds",
      onClick: () => void (full ? reload(context, false) : reload(context, true)),
    });
    panel.toolbar.insertItem(place, "qatlab-afresh", afresh);
    panel.toolbar.insertItem(place + 1, "qatlab-form", form);
    void context.ready.then(() => compare(panel, context));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && context.model.dirty) void context.save();
    });
  }

  let application: Application | undefined;
  return {
    id: "qatlab:lessons",
    description: "Keeps the reader's copies of lessons apart from their text.",
    autoStart: true,
    activate(app: Application): void {
      application = app;
      app.docRegistry.addWidgetExtension("Notebook", { createNew: open });
      takeDroppedFiles(document, app.serviceManager.contents, (name, failure) => {
        if (failure !== undefined) say(words.notTaken(name, failure));
        else Notification.success(words.taken(name), { autoClose: 10_000 });
      });
      leadToBook(document, new URL("../book/", site).href);
      addEventListener("qatlab-updated", () => say(words.updated), { once: true });
      if (endedBadly(window)) void app.restored.then(() => say(words.crashed));
      // Earlier notices would stay in JupyterLab's list, unseen.
      void openDatabase().catch(() => app.restored.then(() => say(words.notKept)));
    },
  };
}

interface Action {
  label: string;
  callback: () => void;
}

/** Opens the page with the other form of the lesson. */
async function reload(context: Context, full: boolean): Promise<void> {
  if (context.model.dirty) await context.save();
  const address = new URL(location.href);
  if (full) address.searchParams.set("full", "");
  else address.searchParams.delete("full");
  location.assign(address);
}
