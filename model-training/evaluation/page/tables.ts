import { NOTHING, toDifference, toInterval, toMs, toPoints, toThree } from '../format'
import { mergeEngines } from '../merge-engines'
import type { ModelEvaluation, Part } from '../model-evaluation'
import type { PageTable } from './table'

const ACCURACY = 'Accuracy, 95 % interval'

/** Labels that occur or are predicted. */
export function toLabelTable({ perLabel }: ModelEvaluation): PageTable {
  return {
    caption: 'Each label',
    columns: ['Label', 'Photos', 'Predicted', 'Precision', 'Recall', 'F1'],
    words: 1,
    rows: Object.entries(perLabel)
      .filter(([, { support, predicted }]) => support + predicted > 0)
      .map(([label, { support, predicted, precision, recall, f1 }]) => [
        label,
        ...[support, predicted].map(String),
        ...[precision, recall, f1].map(toThree),
      ]),
  }
}

/** The bins that have photos. */
export function toBinTable({ calibration }: ModelEvaluation): PageTable {
  return {
    caption: 'How sure, and how often right',
    columns: ['Probability', 'Photos', 'Mean probability', 'Accuracy'],
    words: 1,
    rows: calibration.bins
      .filter(({ photos }) => photos > 0)
      .map(({ lower, upper, photos, confidence, accuracy }) => [
        `${toThree(lower)} to ${toThree(upper)}`,
        String(photos),
        toThree(confidence),
        toThree(accuracy),
      ]),
  }
}

/** Photos from sources and of licence tiers that have something in common. */
export function toPartTable(evaluation: ModelEvaluation): PageTable {
  const { heldoutSources, unseenSources, perTier, openTiers, model } = evaluation
  const parts: (readonly [string, Part | null])[] = [
    ['Source has no labelled training photo of the label', heldoutSources],
    ['Source has no labelled training photo at all', unseenSources],
    ...Object.entries(perTier).map(([tier, part]) => [`Licence tier ${tier}`, part] as const),
    [`Licence tiers ${openTiers?.tiers.join(' and ') ?? ''} together`, openTiers],
  ]
  // A thousand labels are no columns.
  const labels = model.labels.length > 12 ? [] : model.labels
  return {
    caption: 'Photos by what is known of them',
    columns: ['Photos', 'Count', ACCURACY, 'Balanced', ...labels],
    words: 1,
    rows: parts.flatMap(([name, part]) =>
      part === null
        ? []
        : [
            [
              name,
              String(part.photos),
              toInterval(part.accuracy),
              toThree(part.balancedAccuracy),
              ...labels.map((label) => String(part.photosPerLabel[label] ?? 0)),
            ],
          ],
    ),
  }
}

/** Tiers A and B, label by label. */
export function toOpenTable({ openTiers }: ModelEvaluation): PageTable {
  return {
    caption: `Licence tiers ${openTiers?.tiers.join(' and ') ?? ''} alone`,
    columns: ['Label', 'Photos', ACCURACY],
    words: 1,
    rows: Object.entries(openTiers?.perLabel ?? {}).map(([label, share]) => [
      label,
      String(share?.photos ?? 0),
      share === null ? NOTHING : toInterval(share.accuracy),
    ]),
  }
}

/** Sources, and labels of sources. */
export function toSourceTables({ perSource, perLabelAndSource }: ModelEvaluation): PageTable[] {
  const columns = ['Photos', ACCURACY]
  return [
    {
      caption: 'Each source',
      columns: ['Source', ...columns],
      words: 1,
      rows: Object.entries(perSource).map(([source, { photos, accuracy }]) => [
        source,
        String(photos),
        toInterval(accuracy),
      ]),
    },
    {
      caption: 'Each label of each source',
      columns: ['Label', 'Source', ...columns],
      words: 2,
      rows: perLabelAndSource.map(({ label, source, photos, accuracy }) => [
        label,
        source,
        String(photos),
        toInterval(accuracy),
      ]),
    },
  ]
}

/** Changed photos against themselves. */
export function toRobustnessTable(evaluation: ModelEvaluation): PageTable {
  return {
    caption: 'Photos changed before they were served',
    columns: [
      ...['Change', 'Engine', 'Decoder', 'Photos', ACCURACY, 'Points, 95 % interval'],
      ...['Same label', 'Largest difference'],
    ],
    words: 3,
    rows: mergeEngines(evaluation).map((row) => [
      ...[row.variant, row.engine, row.decoder, String(row.photos), toInterval(row.accuracy)],
      ...[toPoints(row.differencePoints), toThree(row.sameLabel)],
      toDifference(row.largestDifference),
    ]),
  }
}

/** Every engine with every decoder, and what they cost. */
export function toToolTables({ pairs, engines, decoders }: ModelEvaluation): PageTable[] {
  return [
    {
      caption: 'Each engine with each decoder',
      columns: [
        ...['Engine', 'Decoder', 'Photos', 'Failed', ACCURACY, 'Same label', 'Largest difference'],
      ],
      words: 2,
      rows: pairs.map((pair) => [
        ...[pair.engine, pair.decoder, String(pair.photos), String(pair.failed)],
        ...[toInterval(pair.accuracy), toThree(pair.sameLabel)],
        toDifference(pair.largestDifference),
      ]),
    },
    {
      caption: 'Processor ms a photo: median of the rounds, interval of order statistics',
      columns: ['Work', 'Version', 'One at a time', 'In eights'],
      words: 2,
      rows: [
        ...Object.entries(engines).map(([name, { version, predictCpu }]) => [
          ...[`Predict, ${name}`, version],
          ...[toMs(predictCpu?.batch1 ?? null), toMs(predictCpu?.batch8 ?? null)],
        ]),
        ...Object.entries(decoders).map(([name, { version, decodeCpu }]) => [
          ...[`Decode, ${name}`, version, toMs(decodeCpu), NOTHING],
        ]),
      ],
    },
  ]
}
