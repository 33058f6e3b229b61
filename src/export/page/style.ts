/** @internal The style of a page: one column on a phone, two where there is room, light or dark as the reader has it. */
export const style = `
:root {
  color-scheme: light dark;
  --back: #fafaf7; --card: #ffffff; --text: #1d1f24; --soft: #5b606b; --line: #dcdcd6;
  --ink: #245cb4; --named: #b4480f; --track: #ecece6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #15161a; --card: #1e2026; --text: #ececea; --soft: #a4a9b4; --line: #353842;
    --ink: #6ea3f2; --named: #f69a5a; --track: #2b2e36;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 20px 16px 48px; max-width: 1080px; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif;
}
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 0 0 10px; font-size: 1.1rem; }
h3 { margin: 0; font-size: 0.95rem; overflow-wrap: anywhere; }
p { margin: 4px 0; color: var(--soft); }
header { margin-bottom: 20px; }
main { display: grid; gap: 16px; }
@media (min-width: 760px) { main { grid-template-columns: 344px 1fr; } #codes { grid-column: 1 / -1; } }
section { min-width: 0; padding: 16px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
#pad {
  display: block; width: 100%; max-width: 310px; aspect-ratio: 1; margin: 0 auto; border-radius: 8px; touch-action: none;
  cursor: crosshair; border: 1px solid var(--line);
}
.tools { display: flex; align-items: center; justify-content: space-between; gap: 12px; margin: 12px auto 4px; max-width: 310px; }
.tools p { font-size: 0.85rem; }
#seen { display: flex; align-items: center; gap: 8px; color: var(--soft); font-size: 0.85rem; }
#seen canvas { width: 44px; height: 44px; background: #000; border-radius: 4px; }
button {
  padding: 8px 14px; color: var(--text); background: var(--back); border: 1px solid var(--line); border-radius: 8px;
  font: inherit; cursor: pointer;
}
button:hover { border-color: var(--ink); }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
#examples { display: grid; grid-template-columns: repeat(5, 1fr); gap: 8px; margin: 12px auto 0; max-width: 310px; }
#examples button { padding: 3px; line-height: 0; }
canvas { image-rendering: pixelated; }
#examples canvas { width: 100%; aspect-ratio: 1; border-radius: 4px; }
#verdict { min-height: 1.5em; margin: 0 0 10px; color: var(--text); font-weight: 600; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { padding: 3px 10px 3px 0; text-align: left; font-weight: 600; }
thead th { color: var(--soft); font-size: 0.85rem; font-weight: 400; }
tbody th { width: 1%; white-space: nowrap; }
td { padding: 3px 10px 3px 0; }
td { display: table-cell; white-space: nowrap; }
.track { display: inline-block; vertical-align: middle; width: calc(100% - 66px); height: 12px; background: var(--track); border-radius: 6px; overflow: hidden; }
.bar { display: block; width: 0; height: 100%; background: var(--ink); border-radius: 6px; transition: width 0.15s; }
.share { display: inline-block; width: 60px; padding-left: 6px; text-align: right; color: var(--soft); font-size: 0.85rem; }
.named .bar { background: var(--named); }
.named .share { color: var(--text); font-weight: 600; }
#layers { display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); margin: 12px 0 0; padding: 0; list-style: none; }
#layers li { min-width: 0; padding: 12px; border: 1px solid var(--line); border-radius: 10px; }
#layers p { margin: 2px 0 8px; font-size: 0.8rem; line-height: 1.35; }
.op { margin-left: 6px; color: var(--soft); font-size: 0.8rem; font-weight: 400; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(38px, 1fr)); gap: 4px; }
.tiles canvas { width: 100%; border-radius: 3px; background: var(--track); }
.tiles.row { display: block; }
.tiles.row canvas { height: 28px; }
.lit .tiles { animation: lit 0.45s var(--delay) backwards; }
@keyframes lit { from { opacity: 0.15; } }
@media (prefers-reduced-motion: reduce) { .lit .tiles { animation: none; } .bar { transition: none; } }
footer { margin-top: 16px; font-size: 0.85rem; }
`;
