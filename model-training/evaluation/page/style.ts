/** The page's look: phone first, light, dark and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fff; --ink: #1f2328; --quiet: #57606a; --line: #d0d7de; --panel: #f6f8fa;
  --accent: #0969da; --bar: #54aeff; --warn: #7a4d00; --warn-page: #fff8e5; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0d1117; --ink: #e6edf3; --quiet: #9198a1; --line: #3d444d; --panel: #161b22; --accent: #58a6ff;
    --bar: #1f6feb; --warn: #e3b341; --warn-page: #272115; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
header, main { max-width: 1080px; margin: 0 auto; padding: 0 12px; }
header { padding-top: 24px; }
main { padding-bottom: 48px; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 40px 0 8px; padding-top: 16px; border-top: 1px solid var(--line); }
p { max-width: 75ch; margin: 8px 0; }
a { color: var(--accent); }
.quiet { color: var(--quiet); font-size: .875rem; }
.notes { margin: 16px 0; padding: 10px 16px; border-left: 6px solid var(--warn); background: var(--warn-page); }
.notes ul { margin: 0; padding-left: 18px; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 16px 0 0; padding: 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 12px; margin: 20px 0 0; }
.figures div { background: var(--panel); border-radius: 6px; padding: 10px 12px; }
.figures dt { font-size: .8125rem; color: var(--quiet); }
.figures dd { margin: 0; font-size: 1.375rem; font-weight: 600; }
.figures dd span { display: block; font-size: .75rem; font-weight: 400; color: var(--quiet); }
.scroll { overflow-x: auto; margin: 16px 0 0; border: 1px solid var(--line); border-radius: 6px; }
.scroll:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.35;
  font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; font-weight: 600; font-size: .9375rem; padding: 10px; }
th, td { padding: 6px 10px; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody th { font-weight: 500; }
.number { text-align: right; white-space: nowrap; }
.heat thead th { text-align: center; }
.heat td { text-align: center; min-width: 3.5em; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.heat td span { display: block; font-size: .75rem; }
.plot { display: block; width: 100%; max-width: 420px; height: auto; margin: 12px 0 0; font: 12px system-ui, sans-serif; }
.plot text { fill: var(--quiet); }
.plot .bar { fill: var(--bar); }
.plot .count { fill: var(--quiet); }
.plot .axis { stroke: var(--line); }
.plot .even { stroke: var(--ink); stroke-dasharray: 4 3; }
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 16px; list-style: none;
  margin: 16px 0 0; padding: 0; }
.mistakes li { background: var(--panel); border-radius: 6px; padding: 10px; font-size: .875rem; break-inside: avoid; }
.mistakes img { display: block; max-width: 100%; height: auto; margin: 0 0 8px; border-radius: 4px; }
.mistakes strong { display: block; }
.mistakes span { display: block; color: var(--quiet); font-size: .75rem; }
@media (min-width: 700px) { header, main { padding-left: 24px; padding-right: 24px; } h1 { font-size: 2rem; } }
@media (max-width: 699px) {
  tbody th { position: sticky; left: 0; background: var(--page); max-width: 10em; overflow-wrap: break-word; }
}
@media print {
  :root { color-scheme: light; --page: #fff; --ink: #000; --quiet: #333; --line: #999; --panel: #fff; --bar: #777;
    --warn: #000; --warn-page: #fff; }
  body { font-size: 10.5pt; }
  header, main { max-width: none; padding: 0; }
  nav { display: none; }
  .scroll { overflow: visible; border: 0; }
  table { font-size: 8pt; }
  th, td { padding: 2px 5px; }
  tr, .plot { break-inside: avoid; }
  h2, caption { break-after: avoid; }
}
`
