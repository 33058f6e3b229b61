import { expect, it } from "vitest";
import { InfoLines } from "../../../src/kernel/protocol/infoLines.js";

it("information of native libraries is sorted out by lines, wherever the text is cut", () => {
  const info = "I0000 00:00:1796018753.046982   15044 port.cc:153] oneDNN is on\n";
  const text = `a\nb${info}${info}W0000 00:00:1.0 1 a.cc:1] warning\n2026-11-30 06:05:01.5: I core.cc:1] x\nend`;
  for (const size of [text.length, 60]) {
    const logged: string[] = [];
    const lines = new InfoLines((line) => logged.push(line));
    let kept = "";
    for (let i = 0; i < text.length; i += size) kept += lines.take(text.slice(i, i + size));
    if (size === text.length) {
      expect(kept).toBe(`a\nb${info}W0000 00:00:1.0 1 a.cc:1] warning\nend`);
      expect(logged).toEqual([info, "2026-11-30 06:05:01.5: I core.cc:1] x\n"]);
    }
    expect(kept + logged.join("")).toHaveLength(text.length);
  }
});
