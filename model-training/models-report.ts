import { describeMistakes, toAskedTable } from './asked-table'
import { describeData } from './evaluation/describe-data'
import { describeLimits } from './evaluation/describe-limits'
import { NOTHING, toInterval, toMs, toPoints, toThree } from './evaluation/format'
import type { ModelEvaluation, Part } from './evaluation/model-evaluation'
import { toReferenceRows } from './evaluation/reference-rows'
import type { SourcesReport } from './leave-one-source-out'
import { toLeftOutSection } from './left-out-section'
import { toTable } from './markdown-table'
import type { ModelOrigin } from './read-model-origins'

/** What was found out about the models of the catalogue. */
export interface ModelsFindings {
  /** Best first. */
  readonly evaluations: readonly ModelEvaluation[]
  /** Undefined where nobody has trained without sources. */
  readonly sources: SourcesReport | undefined
  /** How models came about, by sha256. */
  readonly origins?: ReadonlyMap<string, ModelOrigin>
}

/** The findings as Markdown; a pure function of the files that they are read from. */
export function toModelsReport({
  evaluations,
  sources,
  origins = new Map(),
}: ModelsFindings): string {
  const sections = [
    [
      '# How well the models do',
      'Written by `npm run models-report` from the JSON files beside it.',
    ],
    toOrigins(evaluations),
    toCommands(evaluations, origins),
    toAsked(evaluations, origins),
    toAccuracies(evaluations),
    toLabels(evaluations),
    toSources(evaluations),
    toChanges(evaluations),
    toTimes(evaluations),
    ...(sources ? [toLeftOutSection(sources)] : []),
  ]
  return `${sections.flat().join('\n\n')}\n`
}

type Evaluations = ModelsFindings['evaluations']

const toOrigins = (evaluations: Evaluations): string[] => [
  toTable(
    ['model', 'sha256', 'evaluated by', 'commit', 'on', 'Node.js', 'processor'],
    evaluations.map((evaluation) => [
      evaluation.model.name,
      evaluation.model.sha256.slice(0, 12),
      `\`npm run evaluate -- --model ${evaluation.model.name} --data PHOTOS --out results/model/${evaluation.model.name} --write-card\``,
      evaluation.environment.commit,
      describeData(evaluation),
      evaluation.environment.node,
      `${evaluation.environment.cpus} × ${evaluation.environment.cpu}`,
    ]),
  ),
  'What is in brackets is a 95 % interval.',
]

type Origins = NonNullable<ModelsFindings['origins']>

function toCommands(evaluations: Evaluations, origins: Origins): string[] {
  const known = evaluations.flatMap(({ model: { name, sha256 } }) => {
    const origin = origins.get(sha256)
    return origin === undefined ? [] : [[name, `\`${origin.command}\``]]
  })
  return known.length === 0 ? [] : [toTable(['model', 'made by'], known)]
}

function toAsked(evaluations: Evaluations, origins: Origins): string[] {
  const table = toAskedTable(evaluations, origins)
  return table === undefined ? [] : ['## Asked and reached', table]
}

const toAccuracies = (evaluations: Evaluations): string[] => [
  '## Accuracy',
  toTable(
    [
      'model',
      'photos',
      'accuracy',
      'balanced',
      'loss, nats',
      'ECE',
      'test photos of tiers A and B',
    ],
    evaluations.map(
      ({ model, photos, accuracy, balancedAccuracy, loss, calibration, openTiers }) => [
        ...[
          model.name,
          String(photos),
          toInterval(accuracy),
          toThree(balancedAccuracy),
          toThree(loss),
        ],
        ...[toThree(calibration.ece), openTiers ? toShare(openTiers) : NOTHING],
      ],
    ),
  ),
  'Photos from elsewhere: of a label and source that training has no labelled photo of together, and of a source that it has no labelled photo of at all. Photos without labels, which a teacher told of, may come from any source.',
  toTable(
    ['model', 'new label and source', 'balanced', 'new source', 'balanced'],
    evaluations.map(({ model, heldoutSources, unseenSources }) => [
      model.name,
      ...toPart(heldoutSources),
      ...toPart(unseenSources),
    ]),
  ),
  ...toSentences(evaluations, describeParts),
  ...toSentences(evaluations, describeLimits),
]

/** How many photos of each label a figure rests on. */
const describeParts = ({ heldoutSources, unseenSources }: ModelEvaluation): string[] =>
  (
    [
      ['new label and source', heldoutSources],
      ['new source', unseenSources],
    ] as const
  ).flatMap(([name, part]) => {
    if (part === null) return []
    const counts = Object.entries(part.photosPerLabel).map(([label, n]) => `${n} of ${label}`)
    return [`Photos of a ${name}: ${counts.join(', ')}.`]
  })

/** Each sentence once, with the models that it is about where it is not about all. */
function toSentences(
  evaluations: Evaluations,
  describe: (evaluation: ModelEvaluation) => readonly string[],
): string[] {
  const said = evaluations.map((one) => ({ name: one.model.name, sentences: describe(one) }))
  const distinct = new Set(said.flatMap(({ sentences }) => sentences))
  return [...distinct].map((sentence) => {
    const own = said.filter(({ sentences }) => sentences.includes(sentence))
    const names = own.map(({ name }) => name).join(', ')
    return own.length === said.length ? sentence : `${names}: ${sentence}`
  })
}

const toPart = (part: Part | null): string[] =>
  part === null ? [NOTHING, NOTHING] : [toShare(part), toThree(part.balancedAccuracy)]

const toShare = ({ accuracy, photos }: Pick<Part, 'accuracy' | 'photos'>): string =>
  `${toInterval(accuracy)} of ${photos}`

const toLabels = (evaluations: Evaluations): string[] => [
  '## Labels',
  toTable(
    ['model', 'label', 'photos', 'precision', 'recall', 'F1', 'recall, tiers A and B'],
    evaluations.flatMap(({ model, perLabel, openTiers }) =>
      Object.entries(perLabel).map(([label, { support, precision, recall, f1 }]) => {
        const open = openTiers?.perLabel[label]
        return [
          ...[model.name, label, String(support), toThree(precision), toThree(recall), toThree(f1)],
          open ? toShare(open) : NOTHING,
        ]
      }),
    ),
  ),
  evaluations.map(describeMistakes).join('\n'),
]

function toSources(evaluations: Evaluations): string[] {
  const sources = [...new Set(evaluations.flatMap(({ perSource }) => Object.keys(perSource)))]
  return [
    '## Sources',
    toTable(
      ['source', 'photos', ...evaluations.map(({ model }) => model.name)],
      sources.map((source) => [
        source,
        String(evaluations[0]?.perSource[source]?.photos ?? NOTHING),
        ...evaluations.map(({ perSource }) => {
          const share = perSource[source]
          return share ? toInterval(share.accuracy) : NOTHING
        }),
      ]),
    ),
  ]
}

function toChanges(evaluations: Evaluations): string[] {
  const changed = evaluations.flatMap(toReferenceRows)
  const variants = [...new Set(changed.map(({ variant }) => variant))]
  return [
    '## Changed photos',
    `Points of accuracy against the same photos unchanged, by ${toReferences(evaluations)}; each evaluation.json has every other engine and decoder.`,
    toTable(
      ['changed', ...evaluations.map(({ model }) => model.name)],
      variants.map((variant) => [
        variant,
        ...evaluations.map((evaluation) => {
          const row = toReferenceRows(evaluation).find((one) => one.variant === variant)
          return row ? toPoints(row.differencePoints) : NOTHING
        }),
      ]),
    ),
  ]
}

/** `onnx with sharp`; several where models are not told by the same. */
const toReferences = (evaluations: Evaluations): string =>
  [
    ...new Set(evaluations.map(({ reference }) => `${reference.engine} with ${reference.decoder}`)),
  ].join(', ')

const toTimes = (evaluations: Evaluations): string[] => [
  '## Processor time',
  'CPU ms of a prediction, median; each engine in a process of its own. How the models compare, block by block: [results/core/report.md](../core/report.md).',
  toTable(
    ['model', 'engine', 'accuracy', 'one photo', 'a photo of eight'],
    evaluations.flatMap(({ model, engines }) =>
      Object.entries(engines).map(([name, { version, accuracy, predictCpu }]) => [
        ...[model.name, `${name} ${version}`, toThree(accuracy.value)],
        ...[toMs(predictCpu?.batch1 ?? null), toMs(predictCpu?.batch8 ?? null)],
      ]),
    ),
  ),
]
