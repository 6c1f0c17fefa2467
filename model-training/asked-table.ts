import { ASKED, MOST_POINTS_LOST, MOST_TRAINING_MINUTES, UPSCALED } from './asked'
import type { Asked } from './asked'
import { NOTHING, toInterval, toPoints, toThree } from './evaluation/format'
import type { ModelEvaluation, Share } from './evaluation/model-evaluation'
import { toTable } from './markdown-table'
import type { ModelOrigin } from './read-model-origins'

type Origins = ReadonlyMap<string, ModelOrigin>
type Row = readonly [figure: string, asked: string, measured: string, reached: string]

/** Of the models of which something is asked: what, what was measured, and whether that is enough; none: undefined. */
export function toAskedTable(
  evaluations: readonly ModelEvaluation[],
  origins: Origins,
): string | undefined {
  const rows = evaluations.flatMap((evaluation) => {
    const asked = ASKED[evaluation.model.name]
    if (asked === undefined) return []
    return toRows(evaluation, asked, origins).map((row) => [evaluation.model.name, ...row])
  })
  if (rows.length === 0) return undefined
  return toTable(['model', 'figure', 'asked', 'measured', 'reached'], rows)
}

function toRows(evaluation: ModelEvaluation, asked: Asked, origins: Origins): readonly Row[] {
  const worst = evaluation.pairs.reduce((lowest, pair) =>
    pair.accuracy.value < lowest.accuracy.value ? pair : lowest,
  )
  const { heldoutSources } = evaluation
  return [
    toShareRow(`accuracy, by ${worst.engine} with ${worst.decoder}`, asked.accuracy, {
      ...worst,
      photos: evaluation.photos,
    }),
    ...(asked.hopedFor === undefined
      ? []
      : [toShareRow('the same, hoped for', asked.hopedFor, evaluation)]),
    ...(asked.heldoutSources === undefined || heldoutSources === null
      ? []
      : [toShareRow('accuracy, new label and source', asked.heldoutSources, heldoutSources)]),
    ...toUpscaledRow(evaluation),
    ...toTrainingRow(origins.get(evaluation.model.sha256)),
  ]
}

function toShareRow(figure: string, asked: number, { accuracy, photos }: Share): Row {
  const right = Math.round(accuracy.value * photos)
  // Of the fewest that would do.
  const over = right - Math.ceil(asked * photos)
  const interval = accuracy.lower < asked ? ', its interval reaches below' : ''
  const reached =
    over < 0
      ? `no: ${-over} photos too few`
      : `yes, with ${over === 0 ? 'none' : over} to spare${interval}`
  return [
    figure,
    `${toThree(asked)} or more`,
    `${toInterval(accuracy)}, ${right} of ${photos}`,
    reached,
  ]
}

/** The engine and decoder that lose most by it. */
function toUpscaledRow({ robustness }: ModelEvaluation): readonly Row[] {
  if (robustness.state !== 'measured') return []
  const [first, ...others] = robustness.rows.filter(({ variant }) => variant === UPSCALED)
  if (first === undefined) return []
  const { differencePoints: points } = others.reduce(
    (lowest, row) => (row.differencePoints.value < lowest.differencePoints.value ? row : lowest),
    first,
  )
  const isReached = points.value >= -MOST_POINTS_LOST
  const interval =
    isReached && points.lower < -MOST_POINTS_LOST ? ', its interval reaches below' : ''
  return [
    [
      'points on photos of 1600 x 1200 in place of their own size',
      `-${MOST_POINTS_LOST} or more`,
      toPoints(points),
      (isReached ? 'yes' : 'no') + interval,
    ],
  ]
}

function toTrainingRow(origin: ModelOrigin | undefined): readonly Row[] {
  const { minutes, teacherMinutes = 0 } = origin ?? {}
  if (minutes === undefined) return []
  const teacher = teacherMinutes > 0 ? `, ${teacherMinutes} of them for the teacher` : ''
  const all = minutes + teacherMinutes
  return [
    [
      'minutes of training',
      `${MOST_TRAINING_MINUTES} or fewer`,
      `${all.toFixed(1)}${teacher}`,
      all <= MOST_TRAINING_MINUTES ? 'yes' : 'no',
    ],
  ]
}

/** `23 mistakes: 6 of food told as drink, …`, the most frequent first. */
export function describeMistakes({ confusion, model }: ModelEvaluation): string {
  const pairs = confusion.flatMap((row, truth) =>
    row.flatMap((photos, told) =>
      told === truth || photos === 0 ? [] : [{ photos, truth, told }],
    ),
  )
  const all = pairs.reduce((sum, { photos }) => sum + photos, 0)
  if (all === 0) return `${model.name} makes no mistake.`
  const words = pairs
    .toSorted((a, b) => b.photos - a.photos)
    .map(
      ({ photos, truth, told }) =>
        `${photos} of ${model.labels[truth] ?? NOTHING} told as ${model.labels[told] ?? NOTHING}`,
    )
  return `${model.name} makes ${all} mistakes: ${words.join(', ')}.`
}
