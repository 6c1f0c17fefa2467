import { describeData } from './describe-data'
import { describeTemperature } from './describe-temperature'
import { describeLimits } from './describe-limits'
import { NOTHING, toDifference, toInterval, toMs, toPoints, toThree } from './format'
import { mergeEngines } from './merge-engines'
import type { ModelEvaluation, Part, RobustnessRow } from './model-evaluation'
import { toPlainLine } from './plain-line'

/** Failed photos that the summary lists; evaluation.json has all. */
const LISTED = 10

/** Labels that a terminal bears side by side. */
const WIDEST_MATRIX = 12

/** The evaluation for a terminal. */
export function toText(evaluation: ModelEvaluation): string {
  const { model, accuracy, loss, balancedAccuracy, calibration } = evaluation
  const { engine, decoder } = evaluation.reference
  const blocks = [
    [
      `${model.name} (${model.sha256.slice(0, 12)}) on ${describeData(evaluation)}`,
      ...evaluation.warnings.map((warning) => `Note: ${warning}.`),
      ...listFailed(evaluation),
    ],
    [
      `Accuracy ${toInterval(accuracy)}, balanced ${toThree(balancedAccuracy)}, loss ${toThree(loss)} nats (${engine}, ${decoder}).`,
      ...describePart(
        'Sources that training has no labelled photo of the label from',
        evaluation.heldoutSources,
      ),
      ...describePart(
        'Sources that training has no labelled photo at all from',
        evaluation.unseenSources,
      ),
      ...describeLimits(evaluation),
      ...describeOpenTiers(evaluation),
      `ECE ${toThree(calibration.ece)} over ${calibration.bins.length} bins. ${describeTemperature(calibration.temperatureScaling)}`,
    ],
    toLabelTable(evaluation),
    toMatrix(evaluation),
    toSourceTable(evaluation),
    toRobustnessTable(evaluation),
    toToolTable(evaluation),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(toPlainLine).join('\n'))
    .join('\n\n')}\n`
}

function listFailed({ failed }: ModelEvaluation): string[] {
  const lines = failed
    .slice(0, LISTED)
    .map(({ file, reason }) => `Not evaluated: ${file}: ${reason}.`)
  const rest = failed.length - lines.length
  return rest > 0 ? [...lines, `Not evaluated: ${rest} more.`] : lines
}

/** A line about some photos, with how many of each label they are. */
function describePart(title: string, part: Part | null): string[] {
  if (part === null) return []
  const counts = Object.entries(part.photosPerLabel).map(([label, count]) => `${label} ${count}`)
  return [
    `${title}: accuracy ${toInterval(part.accuracy)}, balanced ${toThree(part.balancedAccuracy)}, ` +
      `${part.photos} photos (${counts.join(', ')}).`,
  ]
}

function describeOpenTiers({ openTiers }: ModelEvaluation): string[] {
  if (openTiers === null) return []
  const perLabel = Object.entries(openTiers.perLabel).map(([label, share]) =>
    share === null
      ? `${label} ${NOTHING}`
      : `${label} ${toThree(share.accuracy.value)} of ${share.photos}`,
  )
  return [
    `Licence tiers ${openTiers.tiers.join(' and ')} alone: accuracy ${toInterval(openTiers.accuracy)} on ` +
      `${openTiers.photos} photos (${perLabel.join(', ')}).`,
  ]
}

function toLabelTable({ perLabel }: ModelEvaluation): string[] {
  return toColumns([
    ['label', 'photos', 'precision', 'recall', 'F1'],
    ...Object.entries(perLabel)
      .filter(([, { support, predicted }]) => support + predicted > 0)
      .map(([label, { support, precision, recall, f1 }]) => [
        label,
        String(support),
        ...[precision, recall, f1].map(toThree),
      ]),
  ])
}

function toMatrix({ model, confusion }: ModelEvaluation): string[] {
  if (model.labels.length > WIDEST_MATRIX) return []
  return toColumns([
    ['truth \\ predicted', ...model.labels],
    ...confusion.map((row, i) => [model.labels[i] ?? '', ...row.map(String)]),
  ])
}

function toSourceTable({ perSource }: ModelEvaluation): string[] {
  const rows = Object.entries(perSource)
  if (rows.length === 0) return []
  return toColumns([
    ['source', 'photos', 'accuracy'],
    ...rows.map(([source, { photos, accuracy }]) => [source, String(photos), toInterval(accuracy)]),
  ])
}

function toRobustnessTable(evaluation: ModelEvaluation): string[] {
  const { robustness } = evaluation
  if (robustness.state === 'skipped') return [`Changed photos: not served, ${robustness.reason}.`]
  return toColumns([
    ['photos changed', 'engine', 'decoder', 'accuracy', 'points against unchanged', 'same label'],
    ...condense(mergeEngines(evaluation)).map(
      ({ variant, engine, decoder, accuracy, differencePoints, sameLabel }) => [
        ...[variant, engine, decoder],
        ...[toInterval(accuracy), toPoints(differencePoints), toThree(sameLabel)],
      ],
    ),
  ])
}

/** The orientations of EXIF, which hardly differ, as the one that changes most labels of a decoder, by any engine. */
function condense(rows: readonly RobustnessRow[]): RobustnessRow[] {
  const isTurned = ({ variant }: RobustnessRow): boolean => variant.startsWith('exif-')
  const turned = rows.filter(isTurned)
  const worst = [...new Set(turned.map(({ decoder }) => decoder))].flatMap((decoder) => {
    const own = turned.filter((row) => row.decoder === decoder)
    const [first] = own.sort((a, b) => a.sameLabel - b.sameLabel)
    return first === undefined ? [] : { ...first, variant: `${first.variant}, worst of EXIF` }
  })
  return [...rows.filter((row) => !isTurned(row)), ...worst]
}

function toToolTable({ pairs, engines, decoders, unavailable }: ModelEvaluation): string[] {
  return [
    ...toColumns([
      ['engine', 'decoder', 'accuracy', 'largest difference'],
      ...pairs.map(({ engine, decoder, accuracy, largestDifference }) => [
        ...[engine, decoder, toInterval(accuracy), toDifference(largestDifference)],
      ]),
    ]),
    '',
    ...toColumns([
      ['CPU ms a photo', 'one at a time', 'in eights'],
      ...Object.entries(engines).map(([name, { predictCpu }]) => [
        ...[`predict, ${name}`, toMs(predictCpu?.batch1 ?? null), toMs(predictCpu?.batch8 ?? null)],
      ]),
      ...Object.entries(decoders).map(([name, { decodeCpu }]) => [
        ...[`decode, ${name}`, toMs(decodeCpu), ''],
      ]),
    ]),
    ...unavailable.map(({ kind, name, reason }) => `Not measured: ${kind} ${name}: ${reason}.`),
  ]
}

/** Rows with the first column to the left and the others to the right. */
function toColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
