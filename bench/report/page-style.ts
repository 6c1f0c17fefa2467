import { DARK, LIGHT } from './plots/looks'

/** The style of the page: phone first, light and dark, and for paper. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; ${LIGHT}
  --good: #116329; --good-page: #dafbe1; --bad: #a40e26; --bad-page: #ffebe9; --warn: #7a4d00; --warn-page: #fff4d6; }
@media (prefers-color-scheme: dark) {
  :root { ${DARK}
    --good: #56d364; --good-page: #0f2a17; --bad: #ff8f87; --bad-page: #3b1217; --warn: #e3b341; --warn-page: #2e2408; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word; }
header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 12px; }
header { padding-top: 24px; }
footer { padding-bottom: 40px; color: var(--quiet); }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 48px 0 8px; padding-top: 16px; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 24px 0 4px; }
p { max-width: 75ch; margin: 8px 0; }
.quiet { color: var(--quiet); font-size: .875rem; }
.banner { margin: 16px 0; padding: 12px 16px; border-left: 6px solid; border-radius: 4px; }
.banner strong { font-size: 1.05rem; }
.banner ul, .warnings ul { margin: 4px 0 0; padding-left: 20px; }
.valid { background: var(--good-page); border-color: var(--good); }
.valid strong { color: var(--good); }
.invalid { background: var(--bad-page); border-color: var(--bad); }
.invalid strong { color: var(--bad); }
.warnings { background: var(--warn-page); border-color: var(--warn); }
.warnings strong { color: var(--warn); }
.advice h2 { border: 0; padding: 0; margin: 24px 0 4px; }
.advice p { font-size: 1.0625rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 16px 0 0; padding: 0; font-size: .9375rem; }
a { color: var(--target-1); }
a:focus-visible, .scroll:focus-visible { outline: 3px solid var(--target-1); outline-offset: 2px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 12px; top: 4px; background: var(--page); padding: 4px 8px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; margin: 8px 0; padding: 0; font-size: .875rem; }
.legend li { display: flex; align-items: center; gap: 8px; min-width: 0; }
.legend svg { flex: none; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 336px), 1fr)); gap: 16px 24px; align-items: end; margin-bottom: 16px; }
@media (min-width: 760px) { .pairs { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
figure { margin: 0; min-width: 0; break-inside: avoid; }
figcaption { font-size: .875rem; font-weight: 600; margin: 8px 0 0; }
.plot { display: block; width: 100%; max-width: 400px; height: auto; font-family: inherit; overflow: visible; }
.plot text { white-space: pre; }
.scroll { overflow-x: auto; margin: 16px 0 0; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; font-size: .9375rem; padding: 10px 10px 8px; }
th, td { padding: 6px 10px; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; font-weight: 600; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody th { font-weight: 500; }
td.number { white-space: nowrap; }
.group th { background: var(--panel); font-weight: 600; font-size: .8125rem; }
.number { text-align: right; }
.detail { display: block; color: var(--quiet); font-size: .75rem; }
.verdict { display: inline-block; margin-right: 4px; font-size: .75rem; font-weight: 600; padding: 0 6px; border-radius: 9px; border: 1px solid currentColor; }
.even { color: var(--good); }
.better { color: var(--target-1); }
.worse { color: var(--bad); }
.open { color: var(--warn); border-style: dashed; }
.notes { list-style: none; margin: 4px 0 0; padding: 0; font-size: .8125rem; color: var(--quiet); }
.words td { min-width: 11em; max-width: 28em; overflow-wrap: anywhere; }
pre { background: var(--panel); padding: 10px 12px; border-radius: 6px; overflow-x: auto; font-size: .875rem; }
@media (min-width: 700px) {
  header, main, footer { padding-left: 24px; padding-right: 24px; }
  h1 { font-size: 2rem; }
}
@media (min-width: 700px) { tbody th { white-space: nowrap; } }
@media (max-width: 699px) {
  tbody th[scope="row"] { position: sticky; left: 0; background: var(--page); max-width: 9.5em; }
  .group th span { position: sticky; left: 9px; }
  caption span { position: sticky; left: 9px; display: inline-block; max-width: calc(100vw - 48px); }
  caption { padding-left: 9px; }
  th, td { padding: 6px 9px; }
}
@media print {
  :root { color-scheme: light; ${LIGHT} --good: #000; --good-page: #fff; --bad: #000; --bad-page: #fff; --warn: #000; --warn-page: #fff; --quiet: #333; --panel: #fff; }
  body { font-size: 10.5pt; background: #fff; color: #000; }
  header, main, footer { max-width: none; padding: 0; }
  nav, .skip { display: none; }
  h2, h3, caption { break-after: avoid; }
  h2 { margin-top: 24px; }
  tr, .banner, .scroll { break-inside: avoid; }
  h3, .quiet, .legend { break-after: avoid; }
  .verdict { border: 0; padding: 0; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; border: 0; }
  table { font-size: 8pt; }
  th, td { padding: 2px 5px; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
`
