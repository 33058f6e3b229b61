/** The page's words to a reader about a lesson's copies. JupyterLab's notices show 140 characters. */
export const words = {
  changed:
    "This lesson was changed on the site since you began this copy. Start afresh for the new text: your copy stays beside it.",
  updated: "This site has changed since the page was opened. Save your work, then reload the page.",
  notKept:
    "This browser keeps nothing here (a private window, or full storage): download your notebook before you close the tab.",
  crashed:
    "The browser ended this page: a cell may have needed more memory than there is. Your copy is as it was saved last.",
  ask: "The cells become those of the site, and the kernel restarts. If you changed cells, your copy is kept beside the lesson under another name.",
  kept: (name: string) => `The lesson is as the site has it. Your copy is “${name}”.`,
  fresh: "The lesson is as the site has it.",
  taken: (name: string) => `“${name}” is kept in this browser; cells read it by this name.`,
  notTaken: (name: string, reason: string) => `“${name}” couldn't be kept: ${reason}`,
  failed: (reason: string) =>
    `Your copy couldn't be kept (${reason}), so nothing was changed. Download it (File → Download), then free some of the browser's storage.`,
  unreached: "The site can't be reached, so nothing was changed.",
};
