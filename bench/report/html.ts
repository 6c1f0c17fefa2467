import { escapeMarkup } from './escape'
import { toLead, toSentence } from './format'
import { renderTable } from './html-table'
import { PAGE_STYLE } from './page-style'
import { toPlots } from './plots'
import type { Figure, FigureGroup } from './plots/figure'
import { PARTS, toLooks } from './plots/looks'
import { drawSign } from './plots/sign'
import type { Distribution, Report } from './report'
import { toSections, toSubtitle, toTitle } from './sections'
import type { Section } from './table'
import { toName } from './targets'

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/** The report as one page that needs nothing else: no script, no network. */
export async function toHtml(
  report: Report,
  distributions: readonly Distribution[],
): Promise<string> {
  const groups = await toPlots(report, distributions)
  const sections = toSections(report)
  const title = escapeMarkup(toTitle(report))
  const verdict = report.valid ? 'VALID' : 'INVALID'
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${verdict}: ${title}</title>`,
    `<style>${PAGE_STYLE}</style>`,
    '</head>',
    '<body>',
    '<a class="skip" href="#main">To the report</a>',
    `<header><h1>${title}</h1><p class="quiet">${escapeMarkup(toSubtitle(report))}</p></header>`,
    '<main id="main">',
    ...renderValidity(report),
    `<section class="advice" aria-labelledby="advice"><h2 id="advice">Which should I run?</h2><p>${renderAdvice(report.advice)}</p></section>`,
    renderContents(sections),
    ...sections.map((section) =>
      renderSection(
        section,
        groups.filter((group) => group.section === section.id),
        report,
      ),
    ),
    '</main>',
    '</body>',
    '</html>',
  ].join('\n')}\n`
}

function renderValidity({ valid, invalidReasons, warnings }: Report): readonly string[] {
  const banner = valid
    ? '<section class="banner valid" aria-label="Validity"><strong>VALID</strong> No reason was found to distrust the figures.</section>'
    : `<section class="banner invalid" aria-label="Validity"><strong>INVALID: no figure of this run may be trusted.</strong>${renderList(invalidReasons)}</section>`
  if (warnings.length === 0) return [banner]
  return [
    banner,
    `<section class="banner warnings" aria-label="Warnings"><strong>Warnings</strong>${renderList(warnings)}</section>`,
  ]
}

function renderAdvice(advice: string): string {
  const [first, others] = toLead(advice)
  return `<strong>${escapeMarkup(first)}</strong> ${escapeMarkup(others)}`
}

function renderList(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escapeMarkup(toSentence(item))}</li>`).join('')}</ul>`
}

function renderContents(sections: readonly Section[]): string {
  const links = sections.map(
    ({ id, title }) => `<li><a href="#${id}">${escapeMarkup(title)}</a></li>`,
  )
  return `<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>`
}

function renderSection(
  { id, title, paragraphs, command, tables }: Section,
  groups: readonly FigureGroup[],
  report: Report,
): string {
  return [
    `<section aria-labelledby="${id}">`,
    `<h2 id="${id}">${escapeMarkup(title)}</h2>`,
    ...paragraphs.map((paragraph) => `<p>${escapeMarkup(paragraph)}</p>`),
    ...(command === undefined ? [] : [`<pre><code>${escapeMarkup(command)}</code></pre>`]),
    ...groups.map((group) => renderFigures(group, report)),
    ...tables.map(renderTable),
    '</section>',
  ].join('\n')
}

function renderFigures({ title, legend, reading, figures }: FigureGroup, report: Report): string {
  return [
    `<h3>${escapeMarkup(title)}</h3>`,
    `<p class="quiet">${escapeMarkup(reading)}</p>`,
    ...renderLegend(legend, report),
    `<div class="figures${figures.length % 3 === 1 ? ' pairs' : ''}">${figures.map(renderFigure).join('\n')}</div>`,
  ].join('\n')
}

function renderFigure({ title, svg }: Figure): string {
  return `<figure><figcaption>${escapeMarkup(title)}</figcaption>${svg}</figure>`
}

function renderLegend(legend: FigureGroup['legend'], report: Report): readonly string[] {
  if (legend === 'none') return []
  const entries =
    legend === 'parts'
      ? PARTS.map(({ name, color }) =>
          renderEntry(
            `<rect x="8" width="12" height="12" fill="${color}" stroke="var(--ink)" stroke-width=".6"/>`,
            name,
          ),
        )
      : toLooks(report).map((look) =>
          renderEntry(drawSign(look), toName(look.target).replace(/^the /, '')),
        )
  return [`<ul class="legend">${entries.join('')}</ul>`]
}

function renderEntry(drawing: string, name: string): string {
  return `<li><svg width="28" height="12" viewBox="0 0 28 12" aria-hidden="true">${drawing}</svg>${escapeMarkup(name)}</li>`
}
