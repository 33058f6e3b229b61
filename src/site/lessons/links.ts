/** The address that stands for the book in notebooks, which don't know where the site lies. */
const book = "https://course.invalid/";

/** Has links to the book's pages lead there, whenever a notebook's text is drawn. */
export function leadToBook(document: Document, address: string): void {
  const turn = (root: ParentNode) => {
    for (const link of root.querySelectorAll<HTMLAnchorElement>(`a[href^="${book}"]`)) {
      link.href = new URL(link.href.slice(book.length), address).href;
      link.target = "_blank";
    }
  };
  turn(document);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof HTMLElement) turn(node);
    }
  }).observe(document.body, { childList: true, subtree: true });
}
