import { describeData } from '../describe-data'
import { describeTemperature } from '../describe-temperature'
import { describeLimits } from '../describe-limits'
import { toThree } from '../format'
import type { ModelEvaluation } from '../model-evaluation'
import type { Thumbnails } from '../thumbnails'
import { renderConfusion } from './confusion'
import { escapeHtml } from './escape'
import { renderMistakes } from './mistakes'
import { drawReliability } from './reliability'
import { STYLE } from './style'
import { renderTable, type PageTable } from './table'
import * as tables from './tables'

/** No script, nothing from elsewhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

interface Section {
  readonly id: string
  readonly title: string
  /** HTML. */
  readonly parts: readonly string[]
}

/** The evaluation as one page that needs nothing else. */
export function toPage(evaluation: ModelEvaluation, thumbnails: Thumbnails = new Map()): string {
  const { model, environment } = evaluation
  const title = `Evaluation of ${model.name}`
  const sections = toSections(evaluation, thumbnails)
  const links = sections.map(({ id, title: name }) => `<li><a href="#${id}">${name}</a></li>`)
  const made = `Model ${model.sha256.slice(0, 12)}; commit ${environment.commit}; Node ${environment.node}, ${environment.cpus} × ${environment.cpu}.`
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${escapeHtml(title)}</h1>`,
    toParagraph(describeData(evaluation)),
    `<p class="quiet">${escapeHtml(made)}</p></header>`,
    '<main>',
    ...renderNotes(evaluation),
    renderFigures(evaluation),
    `<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>`,
    ...sections.map(renderSection),
    '</main>',
    '</body>',
    '</html>',
  ].join('\n')}\n`
}

const renderSection = ({ id, title, parts }: Section): string =>
  [`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>`, ...parts, '</section>'].join(
    '\n',
  )

const toParagraph = (text: string): string => `<p>${escapeHtml(text)}</p>`

/** What has no row says nothing. */
const renderTables = (all: readonly PageTable[]): string[] =>
  all.filter(({ rows }) => rows.length > 0).map(renderTable)

function renderNotes({ warnings, unavailable }: ModelEvaluation): string[] {
  const absent = unavailable.map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`)
  const notes = [...warnings, ...absent].map((note) => `<li>${escapeHtml(note)}</li>`)
  return notes.length === 0 ? [] : [`<aside class="notes"><ul>${notes.join('')}</ul></aside>`]
}

function renderFigures({ accuracy, balancedAccuracy, loss, calibration }: ModelEvaluation): string {
  const figures = [
    [
      'Accuracy',
      toThree(accuracy.value),
      `${toThree(accuracy.lower)} to ${toThree(accuracy.upper)}`,
    ],
    ['Balanced accuracy', toThree(balancedAccuracy), 'mean recall of the labels'],
    ['Loss', toThree(loss), 'mean cross entropy, nats'],
    ['Calibration error', toThree(calibration.ece), `ECE, ${calibration.bins.length} bins`],
  ]
  const items = figures.map(
    ([name = '', value = '', detail = '']) =>
      `<div><dt>${name}</dt><dd>${value}<span>${detail}</span></dd></div>`,
  )
  return `<dl class="figures">${items.join('')}</dl>`
}

function toSections(evaluation: ModelEvaluation, thumbnails: Thumbnails): Section[] {
  const { model, confusion, calibration, mistakes } = evaluation
  const matrix = renderConfusion({ confusion, labels: model.labels })
  const known = [
    tables.toPartTable(evaluation),
    tables.toOpenTable(evaluation),
    ...tables.toSourceTables(evaluation),
  ]
  const sections: Section[] = [
    {
      id: 'labels',
      title: 'Labels',
      parts: [matrix, ...renderTables([tables.toLabelTable(evaluation)])],
    },
    {
      id: 'calibration',
      title: 'Calibration',
      parts: [
        toParagraph(describeTemperature(calibration.temperatureScaling)),
        drawReliability(calibration.bins),
        ...renderTables([tables.toBinTable(evaluation)]),
      ],
    },
    {
      id: 'sources',
      title: 'Sources and licences',
      parts: [...describeLimits(evaluation).map(toParagraph), ...renderTables(known)],
    },
    { id: 'robustness', title: 'Changed photos', parts: toRobustness(evaluation) },
    { id: 'tools', title: 'Engines and decoders', parts: toTools(evaluation) },
    { id: 'mistakes', title: 'Worst mistakes', parts: [renderMistakes(mistakes, thumbnails)] },
    { id: 'failed', title: 'Not evaluated', parts: renderTables([toFailedTable(evaluation)]) },
  ]
  return sections.filter(({ parts }) => parts.length > 0)
}

function toRobustness(evaluation: ModelEvaluation): string[] {
  const { robustness } = evaluation
  if (robustness.state === 'skipped') {
    return [toParagraph(`No changed photos were served: ${robustness.reason}.`)]
  }
  const items = Object.entries(robustness.variants).map(
    ([name, description]) =>
      `<li><strong>${escapeHtml(name)}</strong>: ${escapeHtml(description)}</li>`,
  )
  return [
    toParagraph(
      'The same photos, changed and served again, against themselves unchanged by the same engine and decoder. Engines that agree on every figure but the largest difference share a row. The interval of the difference is Newcombe’s for pairs.',
    ),
    ...renderTables([tables.toRobustnessTable(evaluation)]),
    `<ul class="quiet">${items.join('')}</ul>`,
  ]
}

function toTools(evaluation: ModelEvaluation): string[] {
  const { engine, decoder } = evaluation.reference
  return [
    toParagraph(
      `Differences are the largest of any probability of any photo to the reference, ${engine} with ${decoder}, whose figures labels, calibration, sources and mistakes are.`,
    ),
    ...renderTables(tables.toToolTables(evaluation)),
  ]
}

function toFailedTable({ failed, data }: ModelEvaluation): PageTable {
  const unused = Object.entries(data.unused)
  return {
    caption: 'Photos that are not evaluated',
    columns: ['Photo', 'Reason'],
    words: 2,
    rows: [
      ...failed.map(({ file, reason }) => [file, reason]),
      ...unused.map(([reason, count]) => [`${count} in no part`, reason]),
    ],
  }
}
