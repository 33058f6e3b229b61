import { describe, expect, it } from "vitest";
import { escapeHtml, html } from "../../src/display/html.js";

describe("html", () => {
  it("escapes inserted values, in content and in attributes", () => {
    const bad = `<script>"'&`;
    expect(String(html`<b title="${bad}">${bad}</b>`)).toBe(
      `<b title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</b>`,
    );
  });

  it("keeps markup and lists of markup as they are", () => {
    const cells = [1, "<"].map((value) => html`<td>${value}</td>`);
    expect(String(html`<tr>${cells}${undefined}</tr>`)).toBe("<tr><td>1</td><td>&lt;</td></tr>");
  });

  it("takes any value for text", () => {
    expect(escapeHtml(null)).toBe("null");
  });
});
